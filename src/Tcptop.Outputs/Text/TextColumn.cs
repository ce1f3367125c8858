using System.Globalization;
using Tcptop.Model;
using Tcptop.Table.Formats;

namespace Tcptop.Outputs.Text;

/// <summary>One column of the text form: its heading and how a row's cell is written. What is absent is "-".</summary>
internal sealed record TextColumn(string Title, bool AlignRight, TextColumn.Formatter Format)
{
    /// <summary>Room for the longest cell.</summary>
    public const int MaxCellLength = EndpointText.MaxLength;

    private const ulong MostThatIsExact = 999;

    public static readonly TextColumn[] All =
    [
        new("PROTO", AlignRight: false, static (in row, cell) => Text(row.Protocol.Name(), cell)),
        new("LOCAL", AlignRight: false, static (in row, cell) => EndpointText.Format(row.Local, row.Device, cell)),
        new("REMOTE", AlignRight: false, static (in row, cell) => EndpointText.Format(row.Remote, row.Device, cell)),
        new("PID", AlignRight: true, static (in row, cell) => row.Owner.IsVisible ? Number(row.Owner.Pid, cell) : Absent(cell)),
        new("PROCESS", AlignRight: false, static (in row, cell) => Name(row.ProcessName, cell)),
        new("STATE", AlignRight: false, static (in row, cell) => row.State is { } state ? Text(state.Name(), cell) : Absent(cell)),
        new("RATE IN", AlignRight: true, static (in row, cell) => Rate(row.RateIn, cell)),
        new("RATE OUT", AlignRight: true, static (in row, cell) => Rate(row.RateOut, cell)),
        new("RTT", AlignRight: true, static (in row, cell) => row.RttUs is { } rtt ? Scaled(UnitScale.Microseconds, rtt, cell) : Absent(cell)),
        new("BYTES IN", AlignRight: true, static (in row, cell) => Bytes(row.BytesIn, cell)),
        new("BYTES OUT", AlignRight: true, static (in row, cell) => Bytes(row.BytesOut, cell)),
        new("PACKETS IN", AlignRight: true, static (in row, cell) => Count(row.PacketsIn, cell)),
        new("PACKETS OUT", AlignRight: true, static (in row, cell) => Count(row.PacketsOut, cell)),
        new("DROPS", AlignRight: true, static (in row, cell) => Count(row.Drops, cell)) { CalledForBy = static (in row) => row.Drops > 0 },
        new("QUEUE", AlignRight: true, static (in row, cell) => Queue(row.AcceptQueue, cell)) { CalledForBy = static (in row) => row.AcceptQueue is not null },
    ];

    /// <summary>Writes the cell and returns its length.</summary>
    public delegate int Formatter(in ConnectionRecord row, Span<char> cell);

    public delegate bool Condition(in ConnectionRecord row);

    /// <summary>The column is there when this holds for a row; null: always.</summary>
    public Condition? CalledForBy { get; init; }

    public bool IsCalledFor(ReadOnlySpan<ConnectionRecord> rows)
    {
        if (CalledForBy is null)
            return true;
        foreach (ref readonly var row in rows)
        {
            if (CalledForBy(row))
                return true;
        }
        return false;
    }

    public static int Rate(double? bytesPerSecond, Span<char> cell) =>
        bytesPerSecond is { } rate ? Scaled(UnitScale.BytesPerSecond, rate, cell) : Absent(cell);

    /// <summary>With the exact number behind it, where the unit has made it less exact.</summary>
    private static int Bytes(ulong? bytes, Span<char> cell)
    {
        if (bytes is not { } known)
            return Absent(cell);
        var length = Scaled(UnitScale.Bytes, known, cell);
        if (known <= MostThatIsExact)
            return length;
        length += Text(" (", cell[length..]);
        length += Number(known, cell[length..]);
        return length + Text(")", cell[length..]);
    }

    private static int Count(ulong? count, Span<char> cell) => count is { } known ? Number(known, cell) : Absent(cell);

    private static int Scaled(UnitScale scale, double value, Span<char> cell) => scale.Format(value, cell, cell.Length);

    private static int Text(string text, Span<char> cell)
    {
        text.CopyTo(cell);
        return text.Length;
    }

    private static int Absent(Span<char> cell) => Text("-", cell);

    private static int Number(ulong value, Span<char> cell)
    {
        value.TryFormat(cell, out var written, provider: CultureInfo.InvariantCulture);
        return written;
    }

    private static int Queue((uint Waiting, uint Limit)? queue, Span<char> cell)
    {
        if (queue is not var (waiting, limit))
            return Absent(cell);
        var slash = Number(waiting, cell);
        cell[slash] = '/';
        return slash + 1 + Number(limit, cell[(slash + 1)..]);
    }

    private static int Name(KernelName name, Span<char> cell)
    {
        if (name.IsEmpty)
            return Absent(cell);
        Span<byte> bytes = stackalloc byte[KernelName.ByteLength];
        return SafeText.Escape(bytes[..name.CopyTo(bytes)], cell);
    }
}

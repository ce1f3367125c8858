using Tcptop.Libbpf;

namespace Tcptop.Collectors.Ebpf;

/// <summary>
/// The array that a snapshot is written to, and its size: it follows the number of sockets upwards. A walk that did not fit is walked again with
/// more room, so nothing is ever cut off.
/// </summary>
internal sealed class SnapshotRows : IDisposable
{
    private const string ArrayName = "tcptop_rows";
    private const int MinimumRows = 1024;
    private const int MaximumRows = 1 << 24;

    private readonly EbpfPrograms _programs;
    private readonly BpfLink _link;
    private readonly Action _walk;
    private MappedArray<SocketRecordAbi> _array;

    /// <param name="namespaces">Where the plan has them walked one by one.</param>
    public SnapshotRows(EbpfPrograms programs, RowSource source, NetworkNamespaces namespaces, int socketsNow)
    {
        _programs = programs;
        _array = Install(RoomFor(socketsNow));
        if (source == RowSource.SocketStorage)
        {
            _link = programs.Rows.AttachIterator(programs.Notes);
            _walk = _link.Walk;
        }
        else
        {
            _link = programs.NamespaceRows.AttachIterator();
            _walk = () => namespaces.VisitAll(_link.Walk);
        }
    }

    /// <summary>Copies the counters of every live connection; the rows are valid until the next call.</summary>
    public ReadOnlySpan<SocketRecordAbi> Take()
    {
        while (true)
        {
            ref var shared = ref _programs.Shared;
            shared.SnapshotRows = 0;
            shared.SnapshotOverflow = 0;
            _walk();
            var rows = (int)shared.SnapshotRows;
            var missed = (int)shared.SnapshotOverflow;
            if (missed == 0)
                return _array.Elements(rows);
            Grow(rows + missed);
        }
    }

    public void Dispose()
    {
        _link.Dispose();
        _array.Dispose();
    }

    private static int RoomFor(int sockets) => Math.Clamp(sockets + sockets / 4, MinimumRows, MaximumRows);

    private void Grow(int sockets)
    {
        var old = _array;
        _array = Install(RoomFor(sockets));
        old.Dispose();
    }

    private MappedArray<SocketRecordAbi> Install(int rows)
    {
        var array = new MappedArray<SocketRecordAbi>(ArrayName, rows);
        try
        {
            _programs.Snapshot.SetInner(0, array);
        }
        catch (BpfException)
        {
            array.Dispose();
            throw;
        }
        _programs.Shared.SnapshotCapacity = (uint)rows;
        return array;
    }
}

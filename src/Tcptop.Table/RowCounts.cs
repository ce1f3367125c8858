using System.Runtime.CompilerServices;
using Tcptop.Model;

namespace Tcptop.Table;

/// <summary>What a row is counted as.</summary>
internal enum RowKind : byte
{
    /// <summary>Nothing: it has ended.</summary>
    None,
    Tcp,
    Udp,
    Listen,
    TimeWait,
    SynRecv,
}

/// <summary>
/// Live rows by kind. What has no counters of its own is no connection, and is counted under its state.
/// </summary>
internal struct RowCounts
{
    private Counts _counts;

    public readonly int this[RowKind kind] => _counts[(int)kind];

    public static RowKind KindOf(in ConnectionRecord row) =>
        row.IsClosed ? RowKind.None : KindOf(row.HasCounters, row.Protocol, row.State);

    /// <summary>Of a row that lives.</summary>
    public static RowKind KindOf(bool hasCounters, Protocol protocol, TcpState? state)
    {
        if (!hasCounters)
            return KindOf(state);
        return protocol == Protocol.Udp ? RowKind.Udp : RowKind.Tcp;
    }

    /// <summary>A row that was counted as one is another now.</summary>
    public void Move(RowKind from, RowKind to)
    {
        if (from != RowKind.None)
            _counts[(int)from]--;
        if (to != RowKind.None)
            _counts[(int)to]++;
    }

    private static RowKind KindOf(TcpState? state) => state switch
    {
        TcpState.Listen => RowKind.Listen,
        TcpState.TimeWait => RowKind.TimeWait,
        TcpState.SynRecv or TcpState.NewSynRecv => RowKind.SynRecv,
        _ => RowKind.None,
    };

    [InlineArray((int)RowKind.SynRecv + 1)]
    private struct Counts
    {
        private int _first;
    }
}

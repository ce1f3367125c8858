using System.Buffers;
using Tcptop.Model;

namespace Tcptop.Table;

/// <summary>
/// The table at one refresh, for screens and files. A window's rows do not change; those of a whole
/// table are copied out of it bit by bit, until its next refresh. Whoever receives a snapshot disposes
/// it, which gives its rows' memory back.
/// </summary>
public sealed class Snapshot : IDisposable
{
    private ConnectionRecord[]? _rows;
    private RowFacts[]? _facts;
    private readonly int _rowCount;
    private readonly Func<int, int, ReadOnlyMemory<ConnectionRecord>>? _copyRows;

    private Snapshot(ConnectionRecord[]? pooledRows, Func<int, int, ReadOnlyMemory<ConnectionRecord>>? copyRows,
        RowFacts[]? pooledFacts, int rowCount) =>
        (_rows, _copyRows, _facts, _rowCount) = (pooledRows, copyRows, pooledFacts, rowCount);

    /// <summary>Wall-clock time of the refresh, the same for all its rows.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>
    /// The same by a clock that nobody sets, for what lies between two refreshes. Of a snapshot without a
    /// table, as the wall clock has it.
    /// </summary>
    public TimeSpan SteadyTime { get; private init; }

    /// <summary>The rows asked for, in order, of those that the filter wants; there may be more.</summary>
    public ReadOnlySpan<ConnectionRecord> Rows => Piece(0, _rowCount);

    public int RowCount => _rowCount;

    /// <summary>
    /// Of a row, what was asked of the host; nothing where nobody asked. As others named them: escape before
    /// a terminal.
    /// </summary>
    public RowFacts FactsOf(int row) => _facts is null ? default : _facts[row];

    /// <summary>Rows that were asked for and left out, since there were too many.</summary>
    public int RowsCut { get; private init; }

    /// <summary>Number of the refresh; windows cut out of one refresh have the same. 0 without a table.</summary>
    public uint Refresh { get; private init; }

    /// <summary>Where in the whole the rows are; null when they were not asked for as a window.</summary>
    public ViewAnswer? View { get; private init; }

    /// <summary>Live connections that the filter wants, and how many of them are of each protocol.</summary>
    public int ConnectionCount => TcpCount + UdpCount;

    public required int TcpCount { get; init; }

    public required int UdpCount { get; init; }

    /// <summary>
    /// False where this host does not let datagrams be counted: then no count of flows is known, which is not
    /// 0.
    /// </summary>
    public bool IsUdpCounted { get; init; } = true;

    /// <summary>
    /// Rows that are no connections: of a listener, or of what the kernel keeps in place of a socket.
    /// </summary>
    public int OtherCount => ListenCount + TimeWaitCount + SynRecvCount;

    public int ListenCount { get; init; }

    public int TimeWaitCount { get; init; }

    public int SynRecvCount { get; init; }

    /// <summary>Of the connections that the filter wants.</summary>
    public required HostTotals Totals { get; init; }

    /// <summary>Losses that are not zero.</summary>
    public required IReadOnlyList<Loss> Losses { get; init; }

    /// <summary>A snapshot of given rows, for those who have no table.</summary>
    public static Snapshot Of(
        ReadOnlySpan<ConnectionRecord> rows,
        DateTimeOffset timestamp,
        HostTotals totals = default,
        IReadOnlyList<Loss>? losses = null,
        TimeSpan? steadyTime = null)
    {
        var pooled = ArrayPool<ConnectionRecord>.Shared.Rent(rows.Length);
        rows.CopyTo(pooled);
        var live = new RowCounts();
        foreach (ref readonly var row in rows)
            live.Move(RowKind.None, RowCounts.KindOf(row));
        return Of(pooled, rows.Length, live, timestamp, totals, losses ?? [], steadyTime: steadyTime);
    }

    internal static Snapshot Of(
        ConnectionRecord[]? pooledRows,
        int rowCount,
        in RowCounts live,
        DateTimeOffset timestamp,
        HostTotals totals,
        IReadOnlyList<Loss> losses,
        bool isUdpCounted = true,
        RowFacts[]? pooledFacts = null,
        uint refresh = 0,
        ViewAnswer? view = null,
        TimeSpan? steadyTime = null,
        Func<int, int, ReadOnlyMemory<ConnectionRecord>>? copyRows = null,
        int rowsCut = 0) =>
        new(pooledRows, copyRows, pooledFacts, rowCount)
        {
            Refresh = refresh,
            RowsCut = rowsCut,
            View = view,
            Timestamp = timestamp,
            SteadyTime = steadyTime ?? timestamp - DateTimeOffset.UnixEpoch,
            TcpCount = live[RowKind.Tcp],
            UdpCount = live[RowKind.Udp],
            IsUdpCounted = isUdpCounted,
            ListenCount = live[RowKind.Listen],
            TimeWaitCount = live[RowKind.TimeWait],
            SynRecvCount = live[RowKind.SynRecv],
            Totals = totals,
            Losses = losses,
        };

    /// <summary>
    /// Some of the rows. Of a snapshot that is copied out of the table bit by bit, valid until the
    /// next are asked for, and only until the table's next refresh.
    /// </summary>
    public ReadOnlySpan<ConnectionRecord> Piece(int first, int count) =>
        _copyRows is null ? _rows.AsSpan(0, _rowCount).Slice(first, count) : _copyRows(first, count).Span;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _rows, null) is { } rows)
            ArrayPool<ConnectionRecord>.Shared.Return(rows);
        if (Interlocked.Exchange(ref _facts, null) is { } facts)
            ArrayPool<RowFacts>.Shared.Return(facts, clearArray: true);
    }
}

using System.Buffers;
using Tcptop.Model;

namespace Tcptop.Table;

/// <summary>
/// The table at one refresh, for screens and files; it does not change. Whoever receives it disposes it, which gives its rows' memory
/// back: at 100,000 connections a fresh array per refresh would be most of the program's garbage.
/// </summary>
public sealed class Snapshot : IDisposable
{
    private ConnectionRecord[]? _rows;
    private readonly int _rowCount;

    internal Snapshot(ConnectionRecord[] pooledRows, int rowCount) => (_rows, _rowCount) = (pooledRows, rowCount);

    /// <summary>Wall-clock time of the refresh, the same for all its rows.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>The rows asked for, in order; <see cref="ConnectionCount"/> may be larger.</summary>
    public ReadOnlySpan<ConnectionRecord> Rows => _rows.AsSpan(0, _rowCount);

    /// <summary>Live connections, and how many of them are of each protocol.</summary>
    public int ConnectionCount => TcpCount + UdpCount;

    public required int TcpCount { get; init; }

    public required int UdpCount { get; init; }

    public required HostTotals Totals { get; init; }

    /// <summary>Losses that are not zero.</summary>
    public required IReadOnlyList<Loss> Losses { get; init; }

    /// <summary>A snapshot of given rows, for those who have no table.</summary>
    public static Snapshot Of(ReadOnlySpan<ConnectionRecord> rows, DateTimeOffset timestamp, HostTotals totals = default, IReadOnlyList<Loss>? losses = null)
    {
        var pooled = ArrayPool<ConnectionRecord>.Shared.Rent(rows.Length);
        rows.CopyTo(pooled);
        var udp = 0;
        var closed = 0;
        foreach (ref readonly var row in rows)
        {
            if (row.IsClosed)
                closed++;
            else if (row.Protocol == Protocol.Udp)
                udp++;
        }
        return new Snapshot(pooled, rows.Length)
        {
            Timestamp = timestamp,
            TcpCount = rows.Length - udp - closed,
            UdpCount = udp,
            Totals = totals,
            Losses = losses ?? [],
        };
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _rows, null) is { } rows)
            ArrayPool<ConnectionRecord>.Shared.Return(rows);
    }
}

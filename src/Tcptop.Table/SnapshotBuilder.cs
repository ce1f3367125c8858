using System.Buffers;
using Tcptop.Model;

namespace Tcptop.Table;

/// <summary>Makes snapshots of a table, keeping its working memory from one to the next. Same thread as the table.</summary>
public sealed class SnapshotBuilder(ConnectionTable table)
{
    private readonly RowOrder _order = new(table.Rows);

    /// <param name="timestamp">Wall-clock time of the refresh.</param>
    /// <param name="maxRows">How many rows at the most, the first in order; the counts are of all.</param>
    /// <param name="losses">The collector's.</param>
    public Snapshot Build(DateTimeOffset timestamp, int maxRows, IReadOnlyList<Loss> losses)
    {
        var entries = _order.First(maxRows);
        var rows = ArrayPool<ConnectionRecord>.Shared.Rent(entries.Length);
        for (var i = 0; i < entries.Length; i++)
            rows[i] = table.Rows[entries[i].Slot].ToRecord(table.Refresh);
        var (tcp, udp) = CountLive();
        return new Snapshot(rows, entries.Length)
        {
            Timestamp = timestamp,
            TcpCount = tcp,
            UdpCount = udp,
            Totals = table.Totals,
            Losses = NonZero(losses),
        };
    }

    private (int Tcp, int Udp) CountLive()
    {
        var (tcp, udp) = (0, 0);
        for (var slot = 0; slot < table.Rows.End; slot++)
        {
            ref var row = ref table.Rows[slot];
            if (!row.IsUsed || row.IsClosed)
                continue;
            if (row.Protocol == Protocol.Udp)
                udp++;
            else
                tcp++;
        }
        return (tcp, udp);
    }

    private List<Loss> NonZero(IReadOnlyList<Loss> losses)
    {
        var result = new List<Loss>();
        foreach (var loss in losses)
        {
            if (loss.Count != 0)
                result.Add(loss);
        }
        if (table.VanishedLoss.Count != 0)
            result.Add(table.VanishedLoss);
        return result;
    }
}

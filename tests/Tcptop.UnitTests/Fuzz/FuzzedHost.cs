using Tcptop.Model;
using Tcptop.Table;
using Tcptop.UnitTests.Table;
using Xunit;

namespace Tcptop.UnitTests.Fuzz;

/// <summary>A table that is refreshed with samples that nobody checked, and what is written and shown of it.</summary>
internal sealed class FuzzedHost
{
    private const ulong Second = 1_000_000_000;

    /// <summary>
    /// What is not seen again is dropped after 60 refreshes, so this is the most that one or two a refresh
    /// can come to.
    /// </summary>
    private const int MostRows = 128;

    private readonly ConnectionTable _table = new();
    private readonly FullSnapshots _snapshots;
    private ulong _now;

    public FuzzedHost() => _snapshots = new FullSnapshots(_table);

    public void Refresh(params ConnectionRecord[] samples)
    {
        _now += Second;
        _table.Begin(_now);
        foreach (var sample in samples)
            _table.Receive(sample);
        _table.EndRefresh();
        Assert.InRange(_table.Count, samples.Length == 0 ? 0 : 1, MostRows);
        using var snapshot = _snapshots.Build(DateTimeOffset.UnixEpoch, MostRows, []);
        foreach (ref readonly var row in snapshot.Rows)
        {
            Assert.True(row.RateIn is null or (>= 0 and <= double.MaxValue)
                && row.RateOut is null or (>= 0 and <= double.MaxValue));
            Assert.True(row.Age is null || row.Age >= TimeSpan.Zero);
        }
        FuzzedOutputs.AreRight(FuzzedOutputs.Write(snapshot, FuzzedOutputs.KnowsNothing), snapshot.Rows.Length);
    }
}

using Tcptop.Model;

namespace Tcptop.MicroBenchmarks;

/// <summary>Knows nothing of any row: the host's answers are no part of what is measured.</summary>
internal sealed class NoHostFacts : IHostFacts
{
    public static readonly NoHostFacts Instance = new();

    public Action? Answered { get; set; }

    public Loss Unanswered => default;

    public void Await(ReadOnlySpan<ConnectionRecord> rows, Func<TimeSpan> timeLeft, HostFact asked = HostFact.All)
    {
    }

    public RowFacts FactsOf(in ConnectionRecord row, HostFact asked = HostFact.All) => default;
}

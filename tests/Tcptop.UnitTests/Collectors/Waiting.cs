using Tcptop.Linux.Naming;
using Tcptop.Model;

namespace Tcptop.UnitTests.Collectors;

/// <summary>Waiting for names for as long as it takes.</summary>
internal static class Waiting
{
    /// <summary>For tests in which nothing is held up, however slow the machine is.</summary>
    public static LookupWorkers Workers() => new(TimeSpan.FromMinutes(1));

    public static bool Await(this LookupWorkers workers) =>
        workers.Await(static () => TimeSpan.MaxValue);

    public static void Await(this IHostFacts facts, ReadOnlySpan<ConnectionRecord> rows) =>
        facts.Await(rows, static () => TimeSpan.MaxValue);
}

using System.Globalization;

namespace Tcptop.Collectors.Ebpf;

/// <summary>
/// Sizes of what can be full, and changes of state that a program does not see, where they are not as usual:
/// for tests of what is then lost, how it is counted, and what makes up for it. None is an option of the
/// program.
/// </summary>
internal sealed record FaultConditions
{
    /// <summary>Such as <c>closed_ring=4096,udp_flows=64</c>: bytes of the ring, elements of the tables, and of
    /// <c>states_skipped=3</c> one change in three. What it does not name is as usual.</summary>
    private const string TestSwitch = "TCPTOP_TEST_FAULTS";

    /// <summary>Bounds memory (336 bytes each) where a tick is long and the churn is great.</summary>
    private const uint UsualClosedQueue = 1 << 20;

    public static FaultConditions OfThisRun { get; } = Parse(Environment.GetEnvironmentVariable(TestSwitch) ?? "");

    /// <summary>Null, as the others: as it was compiled.</summary>
    public uint? ClosedRingBytes { get; private init; }

    public uint? UdpFlows { get; private init; }

    public uint? UdpSockets { get; private init; }

    /// <summary>Sockets are read as on kernels without loads that cannot fault.</summary>
    public bool CopiesSockets { get; private init; }

    /// <summary>Of the 4,096 slots of a chunk those that are used; a power of two, and no less than 8.</summary>
    public uint? SlotsOfAChunk { get; private init; }

    /// <summary>Final records that wait in user space; beyond it they are counted as lost.</summary>
    public uint ClosedQueue { get; private init; } = UsualClosedQueue;

    /// <summary>
    /// Of how many changes of state <c>tcptop_state</c> leaves one alone, as if the kernel had skipped it; 0:
    /// none.
    /// </summary>
    public uint StatesSkipped { get; private init; }

    internal static FaultConditions Parse(string text)
    {
        var conditions = new FaultConditions();
        foreach (var part in text.Split(','))
        {
            var at = part.IndexOf('=', StringComparison.Ordinal);
            if (at < 0
                || !uint.TryParse(part.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                continue;
            conditions = part[..at] switch
            {
                "closed_ring" => conditions with { ClosedRingBytes = number },
                "closed_queue" => conditions with { ClosedQueue = number },
                "udp_flows" => conditions with { UdpFlows = number },
                "copied_sockets" => conditions with { CopiesSockets = number != 0 },
                "slots" => conditions with { SlotsOfAChunk = number },
                "udp_sockets" => conditions with { UdpSockets = number },
                "states_skipped" => conditions with { StatesSkipped = number },
                _ => conditions,
            };
        }
        return conditions;
    }
}

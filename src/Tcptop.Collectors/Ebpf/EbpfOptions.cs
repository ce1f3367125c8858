using Tcptop.Linux;

namespace Tcptop.Collectors.Ebpf;

/// <summary>What is wanted of the eBPF collector.</summary>
public sealed record EbpfOptions
{
    public static readonly TimeSpan DefaultUdpIdle = TimeSpan.FromSeconds(5);

    /// <summary>The most that any plan has open at once, and some to spare for what the host is asked.</summary>
    internal const int OpenFiles = 64;

    /// <summary>Listeners, TIME_WAIT and SYN_RECV too.</summary>
    public bool AllSockets { get; init; }

    /// <summary>How long a UDP flow without a datagram is taken for alive.</summary>
    public TimeSpan UdpIdle { get; init; } = DefaultUdpIdle;
}

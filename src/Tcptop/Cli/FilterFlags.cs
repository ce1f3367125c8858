using System.Collections.Immutable;
using System.CommandLine;
using Tcptop.Model;

namespace Tcptop.Cli;

/// <summary>The flags that say which connections are wanted.</summary>
internal sealed class FilterFlags
{
    /// <summary>What the kernel bounds pids by (PID_MAX_LIMIT).</summary>
    private const int MaximumPid = 4_194_304;

    /// <summary>The kernel's IFNAMSIZ, less the closing NUL.</summary>
    private const int MaximumInterfaceLength = 15;

    private readonly Option<ImmutableArray<ushort>> _port;
    private readonly Option<ImmutableArray<ushort>> _localPort;
    private readonly Option<ImmutableArray<ushort>> _remotePort;
    private readonly Option<ImmutableArray<uint>> _pid;
    private readonly Option<ImmutableArray<string>> _process;
    private readonly Option<ImmutableArray<string>> _interface;
    private readonly Option<bool> _tcp = new("--tcp") { Description = "Only TCP" };
    private readonly Option<bool> _udp = new("--udp") { Description = "Only UDP (with --tcp: both, the default)" };

    /// <param name="what">What is filtered, for the help.</param>
    /// <param name="maxProcessNames">How many names there may be; null: any number.</param>
    public FilterFlags(string what = "connections", int? maxProcessNames = null)
    {
        _port = Ports("--port", $"Only {what} with this port at either end");
        _localPort = Ports("--local-port", $"Only {what} with this local port");
        _remotePort = Ports("--remote-port", $"Only {what} with this remote port");
        _pid = Repeatable<uint>(
            "--pid", "N", $"Only {what} of this process", TryPid, FlagValues.WholeNumbersTo(MaximumPid));
        _process = Repeatable<string>(
            "--process", "NAME", $"Only {what} of processes whose name contains NAME, ignoring case", TryProcessName,
            "part of a name, not empty", maxProcessNames);
        _interface = Repeatable<string>(
            "--interface", "IFACE", $"Only {what} whose route uses this device", TryInterface,
            $"a device name of 1 to {MaximumInterfaceLength} bytes");
    }

    /// <summary>In the order of the help.</summary>
    public IReadOnlyList<Option> All => [_port, _localPort, _remotePort, _pid, _process, _interface, _tcp, _udp];

    public ConnectionFilter Filter(ParseResult parsed)
    {
        var filter = new ConnectionFilter
        {
            Protocol = OnlyProtocol(parsed.GetValue(_tcp), parsed.GetValue(_udp)),
            Ports = Values(parsed, _port),
            LocalPorts = Values(parsed, _localPort),
            RemotePorts = Values(parsed, _remotePort),
            Pids = Values(parsed, _pid),
            ProcessNames = Values(parsed, _process),
            Interfaces = Values(parsed, _interface),
        };
        return filter.IsNone ? ConnectionFilter.None : filter;
    }

    private static Protocol? OnlyProtocol(bool tcp, bool udp) => tcp == udp ? null : tcp ? Protocol.Tcp : Protocol.Udp;

    private static ImmutableArray<T> Values<T>(ParseResult parsed, Option<ImmutableArray<T>> option) =>
        parsed.GetResult(option) is null ? [] : parsed.GetValue(option);

    private static Option<ImmutableArray<ushort>> Ports(string flag, string description) =>
        Repeatable<ushort>(flag, "N", description, TryPort, FlagValues.WholeNumbersTo(ushort.MaxValue));

    private static Option<ImmutableArray<T>> Repeatable<T>(
        string flag, string valueName, string description, FlagValues.TryParse<T> tryParse, string allowed,
        int? most = null) =>
        new(flag)
        {
            Description = description,
            HelpName = valueName,
            Arity = ArgumentArity.OneOrMore,
            CustomParser = result => FlagValues.Many(result, flag, tryParse, allowed, most),
        };

    private static bool TryPort(string text, out ushort port)
    {
        var isPort = FlagValues.TryWholeNumber(text, ushort.MaxValue, out var number);
        port = (ushort)number;
        return isPort;
    }

    private static bool TryPid(string text, out uint pid)
    {
        var isPid = FlagValues.TryWholeNumber(text, MaximumPid, out var number);
        pid = (uint)number;
        return isPid;
    }

    private static bool TryProcessName(string text, out string name) => (name = text).Length != 0;

    private static bool TryInterface(string text, out string name) =>
        ByteText.Encode(name = text).Length is >= 1 and <= MaximumInterfaceLength;
}

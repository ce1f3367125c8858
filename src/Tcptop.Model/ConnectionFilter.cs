using System.Collections.Immutable;
using System.Text;

namespace Tcptop.Model;

/// <summary>
/// Which connections are wanted. Each part is a kind of condition, and empty asks for nothing: a connection
/// is wanted when it fulfils one of the conditions of every kind that has any.
/// </summary>
public sealed record ConnectionFilter
{
    private readonly ImmutableArray<KernelName> _devices = [];

    /// <summary>Wants every connection.</summary>
    public static readonly ConnectionFilter None = new();

    /// <summary>Null: any.</summary>
    public Protocol? Protocol { get; init; }

    /// <summary>Ports of which one is at either end.</summary>
    public ImmutableArray<ushort> Ports { get; init; } = [];

    /// <summary>Ports of which one is at our end; a listener has no other.</summary>
    public ImmutableArray<ushort> LocalPorts { get; init; } = [];

    /// <summary>Ports of which one is at the peer's end.</summary>
    public ImmutableArray<ushort> RemotePorts { get; init; } = [];

    /// <summary>Ids of owning processes.</summary>
    public ImmutableArray<uint> Pids { get; init; } = [];

    /// <summary>
    /// Parts of the owner's name, upper or lower case. A connection whose owner has no known name fulfils
    /// none.
    /// </summary>
    public ImmutableArray<string> ProcessNames { get; init; } = [];

    /// <summary>
    /// Whole names of devices that the route may use. A connection whose device is not known fulfils none.
    /// </summary>
    public ImmutableArray<string> Interfaces
    {
        get;
        init
        {
            field = value;
            // A longer name is no device's, and would be cut to one that may be.
            var possible = value.Where(name => ByteText.Encode(name).Length < KernelName.ByteLength);
            _devices = [.. possible.Select(KernelName.FromText)];
        }
    } = [];

    public bool WantsTcp => Protocol is null or Tcptop.Model.Protocol.Tcp;

    public bool WantsUdp => Protocol is null or Tcptop.Model.Protocol.Udp;

    public bool IsNone =>
        Protocol is null
            && Ports.IsEmpty
            && LocalPorts.IsEmpty
            && RemotePorts.IsEmpty
            && Pids.IsEmpty
            && ProcessNames.IsEmpty
            && Interfaces.IsEmpty;

    public bool Matches(in ConnectionRecord row) =>
        MatchesEnds(row.Protocol, row.Local.Port, row.Remote.Port)
            && MatchesOwner(row.Owner, row.ProcessName)
            && MatchesDevice(row.Device);

    /// <summary>
    /// For people: <c>tcp, port 80 or 443, process nginx</c>. Holds text as it was given: escape before a
    /// terminal.
    /// </summary>
    public override string ToString()
    {
        var text = new StringBuilder(Protocol?.Name());
        Append(text, "port", Ports);
        Append(text, "local port", LocalPorts);
        Append(text, "remote port", RemotePorts);
        Append(text, "pid", Pids);
        Append(text, "process", ProcessNames);
        Append(text, "interface", Interfaces);
        return text.ToString();
    }

    private static void Append<T>(StringBuilder text, string kind, ImmutableArray<T> conditions)
    {
        if (conditions.IsEmpty)
            return;
        text.Append(text.Length == 0 ? "" : ", ").Append(kind).Append(' ').AppendJoin(" or ", conditions);
    }

    private bool MatchesEnds(Protocol protocol, ushort local, ushort remote) =>
        (Protocol is not { } wanted || wanted == protocol)
        && (Ports.IsEmpty || Ports.Contains(local) || Ports.Contains(remote))
        && (LocalPorts.IsEmpty || LocalPorts.Contains(local))
        && (RemotePorts.IsEmpty || RemotePorts.Contains(remote));

    private bool MatchesOwner(ProcessIdentity owner, KernelName name) =>
        (Pids.IsEmpty || Pids.Contains(owner.Pid)) && (ProcessNames.IsEmpty || MatchesName(name));

    private bool MatchesName(KernelName name)
    {
        if (name.IsEmpty)
            return false;
        Span<byte> bytes = stackalloc byte[KernelName.ByteLength];
        Span<char> text = stackalloc char[KernelName.ByteLength];
        ReadOnlySpan<char> known = text[..ByteText.Decode(bytes[..name.CopyTo(bytes)], text)];
        foreach (var part in ProcessNames)
        {
            if (known.Contains(part, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }

    private bool MatchesDevice(KernelName device) =>
        Interfaces.IsEmpty || (!device.IsEmpty && _devices.Contains(device));
}

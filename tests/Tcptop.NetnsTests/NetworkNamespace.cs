using System.Globalization;
using Tcptop.Testing;

namespace Tcptop.NetnsTests;

/// <summary>A network namespace with a veth pair to this one; gone when disposed.</summary>
internal sealed class NetworkNamespace : IDisposable
{
    private static int _made;

    public NetworkNamespace()
    {
        var number = Interlocked.Increment(ref _made);
        Name = string.Create(CultureInfo.InvariantCulture, $"tcptop-{Environment.ProcessId}-{number}");
        OutsideInterface = string.Create(CultureInfo.InvariantCulture, $"tt{Environment.ProcessId % 100000}v{number}");
        OutsideAddress = string.Create(CultureInfo.InvariantCulture, $"10.213.{number}.1");
        InsideAddress = string.Create(CultureInfo.InvariantCulture, $"10.213.{number}.2");
        Tool.Must("ip", "netns", "add", Name);
        Tool.Must("ip", "link", "add", OutsideInterface, "type", "veth", "peer", "name", "eth0", "netns", Name);
        Tool.Must("ip", "address", "add", OutsideAddress + "/30", "dev", OutsideInterface);
        Tool.Must("ip", "link", "set", OutsideInterface, "up");
        Tool.Must("ip", "-n", Name, "address", "add", InsideAddress + "/30", "dev", "eth0");
        Tool.Must("ip", "-n", Name, "link", "set", "eth0", "up");
        Tool.Must("ip", "-n", Name, "link", "set", "lo", "up");
    }

    public string Name { get; }

    /// <summary>This side's end of the pair; the other's is <c>eth0</c>.</summary>
    public string OutsideInterface { get; }

    public string OutsideAddress { get; }

    public string InsideAddress { get; }

    /// <summary>
    /// What tcptop calls <c>netns</c>. Names in that directory are files of the namespaces themselves.
    /// </summary>
    public long Inode =>
        long.Parse(Tool.Must("stat", "--format", "%i", "/run/netns/" + Name), CultureInfo.InvariantCulture);

    /// <summary>
    /// Starts a program in the namespace. "ip netns exec" becomes the program, so the process id is its own.
    /// </summary>
    public RunningProcess Start(string program, params string[] arguments) =>
        new("ip", ["netns", "exec", Name, program, .. arguments]);

    public void Dispose()
    {
        Tool.Run("ip", "link", "delete", OutsideInterface);
        Tool.Run("ip", "netns", "delete", Name);
    }
}

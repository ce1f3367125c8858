using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Tcptop.Testing;

namespace Tcptop.NetnsTests;

/// <summary>
/// A network namespace that leads nowhere, with addresses, routes and ports of its own, in which
/// sockets of this process can be made; gone when disposed.
/// </summary>
internal sealed partial class IsolatedNamespace : IDisposable
{
    private const int CloneNewNet = 0x40000000;

    private static int _made;

    public IsolatedNamespace()
    {
        var number = Interlocked.Increment(ref _made);
        Name = string.Create(
            CultureInfo.InvariantCulture, $"tcptop-own-{Environment.ProcessId}-{number}");
        Tool.Must("ip", "netns", "add", Name);
        try
        {
            Ip("link", "set", "lo", "up");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Name { get; }

    public long Inode => long.Parse(
        Tool.Must("stat", "--format", "%i", "/run/netns/" + Name), CultureInfo.InvariantCulture);

    public void Ip(params string[] words) => Tool.Must("ip", ["-n", Name, .. words]);

    /// <summary>
    /// Runs a program in the namespace to its end, which must be a good one; returns what it
    /// printed.
    /// </summary>
    public string Run(string program, params string[] arguments) =>
        Tool.Must("ip", ["netns", "exec", Name, program, .. arguments]);

    public RunningProcess Start(string program, params string[] arguments) =>
        new("ip", ["netns", "exec", Name, program, .. arguments]);

    public void SetIPv4(string setting, string value) =>
        Run("sh", "-c", "echo \"$1\" > \"/proc/sys/net/ipv4/$0\"", setting, value);

    /// <summary>
    /// A thread of its own is moved into the namespace; what it makes stays there.
    /// </summary>
    public T Inside<T>(Func<T> make)
    {
        var made = default(T);
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Enter();
                made = make();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return made!;
    }

    public void Dispose() => Tool.Run("ip", "netns", "delete", Name);

    private void Enter()
    {
        using var file = File.OpenHandle("/run/netns/" + Name);
        if (setns((int)file.DangerousGetHandle(), CloneNewNet) != 0)
            throw new InvalidOperationException(
                $"setns {Name}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setns(int fd, int kind);
}

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Tcptop.Model;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests;

/// <summary>What the host tells of a row's process, user, namespace, device and cgroup is on the row.</summary>
public sealed class RowFactsTests
{
    [Fact]
    public void A_row_has_the_command_line_executable_user_and_start_of_its_process()
    {
        using var tcptop = TcptopProcess.Start();
        var before = DateTimeOffset.UtcNow;
        using var server = new RunningProcess(Programs.Traffic, "serve", "127.0.0.1", "0", "25");
        var serverPort = server.WaitForPort();
        using var client = Connect("127.0.0.1", serverPort);
        var row = tcptop.WaitForLive(
            serverPort, PortOf(client),
            row => row.Pid == server.Id && row.Holders is not null, "the server's end is the server's");
        Assert.Equal($"{Programs.Traffic} serve 127.0.0.1 0 25", row.Command);
        Assert.Equal(Programs.Traffic, row.Executable);
        Assert.Equal("root", row.User);
        // The kernel's clock and ours are read at different moments, a few milliseconds apart.
        Assert.InRange(row.ProcessStarted!.Value, before.AddMilliseconds(-100), DateTimeOffset.UtcNow);
        Assert.Equal(1, row.Holders);
    }

    [Fact]
    public void A_process_that_becomes_another_program_is_shown_as_that_program()
    {
        using var tcptop = TcptopProcess.Start();
        using var server = new RunningProcess(Programs.Traffic, "serve", "127.0.0.1", "0", "0");
        var serverPort = server.WaitForPort();
        using var client = new RunningProcess(
            "bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/$0; read; exec sleep 1000", $"{serverPort}");
        bool IsClients(JsonRow row) => row.RemotePort == serverPort && row.Pid == client.Id;
        bool IsShell(JsonRow row) => row.Command?.StartsWith("bash -c ", StringComparison.Ordinal) == true;
        tcptop.WaitFor(rows => rows.Any(row => IsClients(row) && IsShell(row)), "the shell is shown");
        client.Input.WriteLine();
        var rows = tcptop.WaitFor(
            rows => rows.Any(row => IsClients(row) && row.Command == "sleep 1000"),
            "what the shell turned into is shown");
        Assert.EndsWith("/sleep", rows.Last(IsClients).Executable, StringComparison.Ordinal);
        var begins = rows.Where(IsClients).Select(row => row.ProcessStarted).Where(begin => begin is not null);
        Assert.Single(begins.Distinct());
    }

    [Fact]
    public void A_process_that_locks_its_files_under_proc_hides_nothing()
    {
        const string LockThenConnect = """
            exec 6</etc/passwd 7</proc/$$/stat 8</proc/$$/cmdline 9</proc/$$/ns/net
            for file in 6 7 8 9; do flock -n -x $file || exit; done
            exec 3<>/dev/tcp/127.0.0.1/$0
            echo locked
            read
            """;
        using var server = new RunningProcess(Programs.Traffic, "serve", "127.0.0.1", "0", "0");
        var serverPort = server.WaitForPort();
        using var client = new RunningProcess("bash", "-c", LockThenConnect, $"{serverPort}");
        client.WaitForLine("locked");
        using var tcptop = TcptopProcess.Start();
        bool IsClients(JsonRow row) => row.RemotePort == serverPort && row.Pid == client.Id;
        var row = tcptop.WaitFor(rows => rows.Any(IsClients), "the client's end is the client's").First(IsClients);
        Assert.Equal(("bash", "root"), (row.Command?[..4], row.User));
        Assert.NotNull(row.ProcessStarted);
    }

    [Fact]
    public void A_connection_in_a_named_namespace_has_its_name()
    {
        using var tcptop = TcptopProcess.Start();
        using var ns = new NetworkNamespace();
        using var server = ns.Start(Programs.Traffic, "serve", ns.InsideAddress, "0", "0");
        var serverPort = server.WaitForPort();
        using var client = Connect(ns.InsideAddress, serverPort);
        tcptop.WaitForLive(serverPort, PortOf(client), row => row.NetworkNamespaceName == ns.Name,
            "the inner end has the namespace's name");
        Assert.Null(
            tcptop.WaitForLive(PortOf(client), serverPort, _ => true, "the outer end is shown").NetworkNamespaceName);
    }

    [Fact]
    public void A_connection_made_in_the_cgroup_of_a_service_has_its_path_and_name()
    {
        using var tcptop = TcptopProcess.Start();
        using var cgroup = new ServiceCgroup();
        using var server = new RunningProcess(Programs.Traffic, "serve", "127.0.0.1", "0", "0");
        var serverPort = server.WaitForPort();
        using var client = new RunningProcess(
            "bash", "-c", "read; exec \"$@\"", "bash", Programs.Traffic, "send", "127.0.0.1", $"{serverPort}", "1");
        cgroup.TakeIn(client);
        client.Input.WriteLine();
        var row = tcptop.WaitForLive(
            client.WaitForPort(), serverPort, row => row.Pid == client.Id, "the client's end is the client's");
        Assert.Equal((cgroup.Path, cgroup.Name), (row.Cgroup, row.Container));
    }

    private static Socket Connect(string address, int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(IPAddress.Parse(address), port);
        return socket;
    }

    private static int PortOf(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;
}

using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests;

/// <summary>Each end belongs to the process that holds it.</summary>
public sealed class OwnerTests
{
    [Fact]
    public void Two_processes_each_own_their_end()
    {
        using var tcptop = TcptopProcess.Start();
        using var server = new RunningProcess(Programs.Traffic, "serve", "127.0.0.1", "0", "25");
        var serverPort = server.WaitForPort();
        using var client = new RunningProcess(Programs.Traffic, "send", "127.0.0.1", $"{serverPort}", "4000");
        var clientPort = client.WaitForPort();
        client.Input.WriteLine();
        client.WaitForLine("sent");
        var live = tcptop.WaitForLive(
            serverPort, clientPort,
            row => row.BytesIn == 4_000 && row.Pid == server.Id, "the server's end is the server's");
        Assert.Equal("Tcptop.Traffic", live.Process);
        client.Input.WriteLine();
        client.WaitForLine("done");
        var clientRow = tcptop.WaitForClosed(clientPort, serverPort);
        var serverRow = tcptop.WaitForClosed(serverPort, clientPort);
        Assert.Equal((client.Id, 4_000L, 25L), (clientRow.Pid!.Value, clientRow.BytesOut, clientRow.BytesIn));
        Assert.Equal((server.Id, 25L, 4_000L), (serverRow.Pid!.Value, serverRow.BytesOut, serverRow.BytesIn));
    }

    [Fact]
    public void A_process_that_dies_leaves_its_name_on_the_last_row()
    {
        using var tcptop = TcptopProcess.Start();
        using var server = new RunningProcess(Programs.Traffic, "serve", "127.0.0.1", "0", "0");
        var serverPort = server.WaitForPort();
        using var client = new RunningProcess(Programs.Traffic, "send", "127.0.0.1", $"{serverPort}", "10");
        var clientPort = client.WaitForPort();
        var id = client.Id;
        client.Signal(RunningProcess.Kill);
        client.WaitForExit();
        var row = tcptop.WaitForClosed(clientPort, serverPort);
        Assert.Equal((id, "Tcptop.Traffic"), (row.Pid!.Value, row.Process));
    }

    [Fact]
    public void A_process_name_with_escapes_newlines_and_broken_UTF8_stays_one_line_of_JSON()
    {
        // ESC [ 3 1 m, newline, a lone continuation byte, and the UTF-8 of U+202E.
        const string Name = "1B5B33316D0A80E280AE";
        using var tcptop = TcptopProcess.Start();
        using var server = new RunningProcess(Programs.Traffic, "name", Name, "serve", "127.0.0.1", "0", "0");
        var serverPort = server.WaitForPort();
        using var client = new RunningProcess(Programs.Traffic, "send", "127.0.0.1", $"{serverPort}", "1");
        var row = tcptop.WaitForLive(
            serverPort, client.WaitForPort(), row => row.Pid == server.Id, "the server's end is the server's");
        Assert.Equal("\x1b[31m\n\ufffd\u202e", row.Process);
        Assert.DoesNotContain(tcptop.Lines, line => line.Any(c => c is < ' ' or > '~'));
    }

    [Fact]
    public void A_process_name_with_escapes_newlines_and_broken_UTF8_is_harmless_in_text()
    {
        const string Name = "1B5B33316D0A80E280AE";
        using var server = new RunningProcess(Programs.Traffic, "name", Name, "serve", "127.0.0.1", "0", "0");
        var serverPort = server.WaitForPort();
        using var client = new RunningProcess(Programs.Traffic, "send", "127.0.0.1", $"{serverPort}", "1");
        client.WaitForPort();
        var text = Tool.Must(Programs.Tcptop, "--batch", "-n", "1");
        Assert.Contains("\\x1b[31m\\n\ufffd\\u202e", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\x1b', text);
        Assert.DoesNotContain('\u202e', text);
    }
}

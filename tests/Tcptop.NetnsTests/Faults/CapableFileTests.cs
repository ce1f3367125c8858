using System.Globalization;
using System.Text.Json;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests.Faults;

/// <summary>
/// A file with capabilities serves whoever may start it, and gives him no more than its output: what he names
/// is opened with his own rights, whichever way the file has its capabilities.
/// </summary>
[Trait(FaultTests.Trait, FaultTests.Fault)]
public sealed class CapableFileTests
{
    private const string Header = "timestamp,";

    /// <summary>A program, as nobody can reach its file.</summary>
    private static readonly string RefuseCapset = File.ReadAllText(
        Path.Combine(AppContext.BaseDirectory, "Faults", "refuse_capset.py"));

    [Theory]
    [InlineData("=p")]
    [InlineData("=ep")]
    public void A_file_that_its_user_cannot_reach_is_not_written(string form)
    {
        using var capable = new CapableFile(form);
        foreach (var name in (string[])["private/file", "private/pub/new"])
        {
            foreach (var how in (string[][])[[], ["--append"]])
            {
                var result = capable.Run(["--log", capable.In(name), .. how, "-n", "1"]);
                Assert.Equal(
                    new ToolResult(1, "", $"error: cannot open log file {capable.In(name)}: Permission denied\n"),
                    result);
            }
        }
        capable.AssertPrivateIsUntouched();
    }

    [Theory]
    [InlineData("=p")]
    [InlineData("=ep")]
    public void Links_of_its_user_lead_him_no_further(string form)
    {
        using var capable = new CapableFile(form);
        File.CreateSymbolicLink(capable.In("own/file"), capable.In("private/file"));
        File.CreateSymbolicLink(capable.In("own/new"), capable.In("private/pub/new"));
        Assert.Equal(1, capable.Run("--log", capable.In("own/file"), "--append", "-n", "1").ExitCode);
        Assert.Equal(1, capable.Run("--log", capable.In("own/new"), "-n", "1").ExitCode);
        capable.AssertPrivateIsUntouched();
    }

    [Theory]
    [InlineData("=p")]
    [InlineData("=ep")]
    public void Its_user_does_not_learn_what_is_where_he_cannot_look(string form)
    {
        using var capable = new CapableFile(form);
        foreach (var name in (string[])["private/nosuch/x", "private/file/x", "private/pub/x"])
        {
            var error = capable.Run("--log", capable.In(name), "-n", "1").Error;
            Assert.EndsWith(": Permission denied\n", error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("=p")]
    [InlineData("=ep")]
    public void A_log_of_its_users_own_has_the_connections_of_all(string form)
    {
        using var capable = new CapableFile(form);
        using var pair = new LoopbackPair();
        var log = capable.In("own/log");
        for (var run = 1; run <= 2; run++)
        {
            Assert.Equal(new ToolResult(0, "", ""), capable.Run("--log", log, "--append", "-n", "1"));
            var rows = LogRow.Read("csv", log);
            Assert.Equal(
                run, rows.Count(row => row.LocalPort == pair.ClientPort && row.RemotePort == pair.ServerPort));
        }
        Assert.Single(File.ReadLines(log), line => line.StartsWith(Header, StringComparison.Ordinal));
        Assert.Equal("65534", Tool.Must("stat", "-c", "%u", log).Trim());
    }

    [Fact]
    public void A_file_of_another_form_is_not_appended_to()
    {
        // To see its header it is opened again, by a process whose files under /proc are root's.
        using var capable = new CapableFile("=p");
        File.WriteAllText(capable.In("own/log"), "a,b,c\n");
        Tool.Must("chmod", "666", capable.In("own/log"));
        var refused = capable.Run("--log", capable.In("own/log"), "--append", "-n", "1");
        Assert.Equal(
            $"error: cannot append to log file {capable.In("own/log")}: its first line is not the header of this log; "
                + "choose another file or drop --append\n",
            refused.Error);
    }

    [Fact]
    public void A_file_that_its_user_may_write_and_not_read_is_not_read()
    {
        using var capable = new CapableFile("=ep");
        File.WriteAllText(capable.In("own/log"), "a secret\n");
        Tool.Must("chmod", "622", capable.In("own/log"));
        // A word on what is in it would tell of it.
        Assert.Equal(new ToolResult(0, "", ""), capable.Run("--log", capable.In("own/log"), "--append", "-n", "1"));
        Assert.StartsWith("a secret\n", File.ReadAllText(capable.In("own/log")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("=p")]
    [InlineData("=ep")]
    public void A_log_is_not_reopened_where_its_user_cannot_reach(string form)
    {
        using var capable = new CapableFile(form);
        Tool.Must("mkdir", capable.In("own/logs"));
        Tool.Must("chown", "65534:65534", capable.In("own/logs"));
        using var log = capable.StartLog("own/logs/new", "0.1");
        log.WaitForRows();
        Directory.Move(capable.In("own/logs"), capable.In("own/old"));
        // His own link, in his own directory, is followed: with his rights.
        Directory.CreateSymbolicLink(capable.In("own/logs"), capable.In("private/pub"));
        log.Signal(RunningProcess.UserDefined1);
        var note = $"note: cannot reopen log file {capable.In("own/logs/new")}: Permission denied; still writing to the old file\n";
        Eventually.True(() => File.ReadAllText(capable.In("said")) == note, "it says so");
        log.WaitForRows(capable.In("own/old/new"));
        log.Signal(RunningProcess.Terminate);
        Assert.Equal((0, ""), log.WaitForExit());
        capable.AssertPrivateIsUntouched();
    }

    [Theory]
    [InlineData("=p")]
    [InlineData("=ep")]
    public void Between_two_refreshes_no_thread_has_a_capability_in_effect(string form)
    {
        using var capable = new CapableFile(form);
        using var pair = new LoopbackPair();
        using var log = capable.StartLog("own/log", "3600");
        Eventually.True(
            () => File.Exists(log.FilePath)
                && log.Text.Contains($",{pair.ClientPort},", StringComparison.Ordinal),
            "a first refresh");
        File.Move(log.FilePath, log.FilePath + ".1");
        log.Signal(RunningProcess.UserDefined1);
        Eventually.True(() => File.Exists(log.FilePath), "the log is reopened");
        Eventually.True(
            () => Capabilities(log.Id, "CapEff:").All(none => none == 0), "none is in effect",
            () => string.Join(' ', Capabilities(log.Id, "CapEff:")));
        Assert.All(Capabilities(log.Id, "CapPrm:"), permitted => Assert.NotEqual(0UL, permitted));
        Assert.NotEmpty(log.Stop());
    }

    [Theory]
    [InlineData("=p")]
    [InlineData("=ep")]
    public void Its_user_sees_what_root_sees(string form)
    {
        using var capable = new CapableFile(form);
        using var pair = new LoopbackPair();
        using var ns = new NetworkNamespace();
        var result = capable.Run("--batch", "--all", "--format", "json", "-n", "1");
        Assert.Equal(0, result.ExitCode);
        Assert.DoesNotContain("(needs CAP_", result.Error, StringComparison.Ordinal);
        var row = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement)
            .First(row => row.GetProperty("local_port").GetInt32() == pair.ClientPort
                && row.GetProperty("remote_port").GetInt32() == pair.ServerPort);
        // Of another user's process.
        Assert.Equal(Environment.ProcessId, row.GetProperty("pid").GetInt32());
        Assert.Equal(new FileInfo("/proc/self/exe").LinkTarget, row.GetProperty("executable").GetString());
    }

    [Theory]
    [InlineData("u+s")]
    [InlineData("g+s")]
    public void With_the_rights_of_a_files_owner_it_does_not_run(string bit)
    {
        using var capable = new CapableFile("=p");
        Tool.Must("chmod", bit, capable.Tcptop);
        Assert.Equal(
            new ToolResult(
                77, "", "error: tcptop must not be set-user-ID or set-group-ID; use sudo, or setcap (tcptop(8), PRIVILEGES)\n"),
            capable.Run("--log", capable.In("private/file"), "-n", "1"));
        capable.AssertPrivateIsUntouched();
    }

    [Theory]
    [InlineData("=p")]
    [InlineData("=ep")]
    public void Where_it_cannot_do_without_them_for_a_while_it_does_not_run(string form)
    {
        using var capable = new CapableFile(form);
        var refused = Tool.Run(
            "/usr/bin/python3", ["-c", RefuseCapset, capable.Tcptop, "--log", capable.In("own/log"), "-n", "1"]);
        const string Error = "error: cannot lower this process's capabilities: Operation not permitted\n";
        Assert.Equal(new ToolResult(77, "", Error), refused);
        Assert.Empty(Directory.GetFileSystemEntries(capable.In("own")));
    }

    [Fact]
    public void A_users_own_capabilities_serve_him_where_it_cannot_do_without_them()
    {
        // As in the unit for systemd, whose filter refuses it.
        using var pair = new LoopbackPair();
        string[] arguments = ["--batch", "--format", "json", "-n", "1"];
        var command = OrdinaryUser.Command(OrdinaryUser.TwoCapabilities, arguments);
        var own = command[..^(arguments.Length + 1)];
        var result = Tool.Run(
            own[0], [.. own[1..], "/usr/bin/python3", "-c", RefuseCapset, OrdinaryUser.Tcptop, .. arguments]);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains($"\"local_port\":{pair.ServerPort},", result.Output, StringComparison.Ordinal);
    }

    /// <summary>Nothing of a thread that has just ended.</summary>
    private static string[] StatusOf(string thread)
    {
        try
        {
            return File.ReadAllLines(Path.Combine(thread, "status"));
        }
        catch (IOException)
        {
            return [];
        }
    }

    /// <summary>Of each of its threads.</summary>
    private static List<ulong> Capabilities(int process, string field) =>
    [
        .. Directory.GetDirectories(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/task"))
            .SelectMany(StatusOf)
            .Where(line => line.StartsWith(field, StringComparison.Ordinal))
            .Select(line => ulong.Parse(
                line.AsSpan(field.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture)),
    ];
}

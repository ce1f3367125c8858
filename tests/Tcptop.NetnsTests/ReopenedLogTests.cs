using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests;

/// <summary>
/// SIGUSR1 makes root open a path again that others may have changed since. Where they could, it leads to
/// nothing of root's; what an administrator made goes on working.
/// </summary>
public sealed class ReopenedLogTests : IDisposable
{
    private const string Nobody = "65534:65534";

    /// <summary>Root's, and others may look into it.</summary>
    private readonly string _home = Directory.CreateTempSubdirectory("tcptop-").FullName;

    public ReopenedLogTests()
    {
        Tool.Must("chmod", "755", _home);
        Tool.Must("mkdir", In("theirs"), In("theirs/sub"));
        Tool.Must("chown", "-R", Nobody, In("theirs"));
        Tool.Must("mkdir", "-m", "700", In("private"));
        File.WriteAllText(In("private/empty"), "");
    }

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Theory]
    [InlineData("private/new")] // would be made
    [InlineData("private/empty")] // would get the rows of root
    [InlineData("theirs/sub/new")]
    public void A_link_that_another_user_put_there_is_refused(string target)
    {
        using var log = StartIn("theirs/log");
        Tool.Must("ln", "-s", In(target), In("theirs/log"));
        AssertRefused(log, "theirs/log", "log is a symbolic link in a directory that other users can change");
        AssertUntouched();
        Assert.False(File.Exists(In("theirs/sub/new")));
    }

    [Theory]
    [InlineData("777")]
    [InlineData("1777")]
    public void A_link_in_a_directory_of_all_is_refused(string mode)
    {
        Tool.Must("mkdir", "-m", mode, In("all"));
        using var log = StartIn("all/log");
        Tool.Must("ln", "-s", In("private/new"), In("all/log"));
        Tool.Must("chown", "-h", Nobody, In("all/log"));
        AssertRefused(log, "all/log", "log is a symbolic link in a directory that other users can change");
        AssertUntouched();
    }

    [Fact]
    public void A_link_that_another_user_put_in_place_of_the_directory_is_refused()
    {
        using var log = Start("theirs/sub/log");
        Directory.Move(In("theirs/sub"), In("theirs/old"));
        Tool.Must("ln", "-s", In("private"), In("theirs/sub"));
        AssertRefused(log, "theirs/sub/log", "theirs/old/log",
            "sub is a symbolic link in a directory that other users can change");
        AssertUntouched();
    }

    [Fact]
    public void A_second_name_of_a_file_of_roots_is_refused()
    {
        using var log = StartIn("theirs/log");
        // As root: whether others may, is a setting of the kernel.
        Tool.Must("ln", In("private/empty"), In("theirs/log"));
        AssertRefused(
            log, "theirs/log",
            "the file of that name has other names (hard links), in a directory that other users can change");
        AssertUntouched();
    }

    [Fact]
    public void A_file_of_another_user_is_refused()
    {
        using var log = StartIn("theirs/log");
        File.WriteAllText(In("theirs/log"), "");
        Tool.Must("chown", Nobody, In("theirs/log"));
        AssertRefused(log, "theirs/log", "the file of that name is another user's");
        Assert.Equal("", File.ReadAllText(In("theirs/log")));
    }

    [Fact]
    public void Where_another_user_only_renamed_it_a_new_file_is_made()
    {
        using var log = StartIn("theirs/log");
        log.Signal(RunningProcess.UserDefined1);
        log.WaitForRows();
        Assert.NotEmpty(log.Stop());
        Assert.Equal("", File.ReadAllText(In("said")));
        Assert.Equal("0", Tool.Must("stat", "-c", "%u", In("theirs/log")).Trim());
    }

    [Fact]
    public void A_directory_of_roots_that_another_user_put_in_place_of_the_logs_is_refused()
    {
        Tool.Must("mkdir", In("theirs/logs"), In("theirs/secret"));
        using var log = Start("theirs/logs/log");
        Directory.Move(In("theirs/logs"), In("theirs/old"));
        Directory.Move(In("theirs/secret"), In("theirs/logs"));
        const string Elsewhere = "it would be in another directory, and other users can change its path";
        AssertRefused(log, "theirs/logs/log", "theirs/old/log", Elsewhere);
        Assert.Empty(Directory.GetFileSystemEntries(In("theirs/logs")));
    }

    [Fact]
    public void A_name_of_an_open_file_is_not_opened_again()
    {
        const string IntoFiles = "exec \"$@\" > \"$0\" 2> \"$0.said\"";
        string[] command = ["sh", "-c", IntoFiles, In("log"), Programs.Tcptop];
        // A link of the test's own: the log's path is deleted at the end.
        File.CreateSymbolicLink(In("stdout"), "/proc/self/fd/1");
        using var log = LogProcess.StartAs(command, In("stdout"), "0.1");
        log.WaitForRows(In("log"));
        File.Move(In("log"), In("old"));
        log.Signal(RunningProcess.UserDefined1);
        var note = $"note: cannot reopen log file {In("stdout")}: self is a link in /proc: "
            + "it leads to what is open, not to a name; still writing to the old file\n";
        string Said() => File.ReadAllText(In("log.said"));
        Eventually.True(() => Said() == note, "it says so", Said);
        log.WaitForRows(In("old"));
        log.Signal(RunningProcess.Terminate);
        Assert.Equal((0, ""), log.WaitForExit());
        Assert.Equal(note, Said());
    }

    [Fact]
    public void Links_that_an_administrator_made_where_only_he_writes_are_followed()
    {
        Directory.CreateDirectory(In("big"));
        Directory.CreateDirectory(In("logs"));
        Directory.CreateSymbolicLink(In("current"), "logs");
        File.CreateSymbolicLink(In("logs/log"), "../also");
        File.CreateSymbolicLink(In("also"), In("big/log"));
        using var log = LogProcess.StartAt(In("current/log"), "0.1");
        log.WaitForRows(In("big/log"));
        File.Move(In("big/log"), In("big/log.1"));
        log.Signal(RunningProcess.UserDefined1);
        log.WaitForRows(In("big/log"));
        Assert.NotEmpty(log.Stop());
        Assert.NotNull(new FileInfo(In("logs/log")).LinkTarget);
    }

    private string In(string name) => Path.Combine(_home, name);

    private LogProcess Start(string name)
    {
        var log = LogProcess.StartSayingTo(In("said"), [Programs.Tcptop], In(name), "0.1");
        log.WaitForRows();
        return log;
    }

    /// <summary>Its log has been renamed, and it does not know yet.</summary>
    private LogProcess StartIn(string name)
    {
        var log = Start(name);
        File.Move(In(name), In(name) + ".old");
        return log;
    }

    private void AssertRefused(LogProcess log, string name, string reason) =>
        AssertRefused(log, name, name + ".old", reason);

    private void AssertRefused(LogProcess log, string name, string old, string reason)
    {
        var note = $"note: cannot reopen log file {In(name)}: {reason}; still writing to the old file\n";
        log.Signal(RunningProcess.UserDefined1);
        Eventually.True(() => File.ReadAllText(In("said")) == note, "it says so", () => File.ReadAllText(In("said")));
        // Nothing is lost.
        log.WaitForRows(In(old));
        log.Signal(RunningProcess.Terminate);
        Assert.Equal((0, ""), log.WaitForExit());
        Assert.Equal(note, File.ReadAllText(In("said")));
    }

    private void AssertUntouched()
    {
        Assert.Equal([In("private/empty")], Directory.GetFileSystemEntries(In("private")));
        Assert.Equal("", File.ReadAllText(In("private/empty")));
    }
}

using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Tcptop.Native;
using Tcptop.Streams;
using Xunit;

namespace Tcptop.UnitTests.CommandLine;

/// <summary>A log's path that is opened again leads nowhere but where root or its user let it lead.</summary>
public sealed partial class ReopenedPathTests : IDisposable
{
    private const int Append = NativeMethods.WriteOnly | NativeMethods.Append | NativeMethods.CloseOnExec;
    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Groups =
        Own | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute;
    private const UnixFileMode Everybodys =
        Groups | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private const string ByOthers = "is a symbolic link in a directory that other users can change";

    private const string Elsewhere = "it would be in another directory, and other users can change its path";

    /// <summary>Ours alone.</summary>
    private readonly string _home = Directory.CreateTempSubdirectory("tcptop-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public void A_file_that_is_not_there_is_made()
    {
        Assert.Null(Write(In("log")));
        Assert.Equal("x", File.ReadAllText(In("log")));
    }

    [Fact]
    public void A_file_that_is_there_goes_on()
    {
        File.WriteAllText(In("log"), "before,");
        Assert.Null(Write(In("log")));
        Assert.Equal("before,x", File.ReadAllText(In("log")));
    }

    [Fact]
    public void A_relative_path_begins_in_the_current_directory()
    {
        Assert.Null(Write(Path.GetRelativePath(Environment.CurrentDirectory, In("log"))));
        Assert.Equal("x", File.ReadAllText(In("log")));
    }

    [Theory]
    [InlineData("log", "elsewhere/file")] // relative
    [InlineData("log", "/elsewhere/file")] // absolute, below home
    [InlineData("log", "elsewhere/../elsewhere/./file")]
    [InlineData("log", "elsewhere//file")]
    public void A_link_in_a_directory_that_others_cannot_change_is_followed(string name, string target)
    {
        Directory.CreateDirectory(In("elsewhere"));
        File.CreateSymbolicLink(In(name), target.StartsWith('/') ? _home + target : target);
        Assert.Null(Write(In(name)));
        Assert.Equal("x", File.ReadAllText(In("elsewhere/file")));
    }

    [Fact]
    public void A_link_to_a_directory_is_followed()
    {
        Directory.CreateDirectory(In("elsewhere"));
        Directory.CreateSymbolicLink(In("logs"), "elsewhere/");
        Assert.Null(Write(In("logs/log")));
        Assert.Equal("x", File.ReadAllText(In("elsewhere/log")));
    }

    [Fact]
    public void So_many_links_are_followed_as_the_kernel_follows()
    {
        MakeChain(ReopenedPath.MostLinks);
        Assert.Null(Write(In("link1")));
        Assert.Equal("x", File.ReadAllText(In("link0")));
    }

    [Fact]
    public void More_links_are_not()
    {
        MakeChain(ReopenedPath.MostLinks + 1);
        Assert.Equal("too many symbolic links", Write(In("link1")));
        Assert.False(File.Exists(In("link0")));
    }

    [Fact]
    public void Links_in_a_circle_are_not_followed_for_ever()
    {
        File.CreateSymbolicLink(In("a"), "b");
        File.CreateSymbolicLink(In("b"), "a");
        Assert.Equal("too many symbolic links", Write(In("a")));
    }

    [Theory]
    [InlineData(Everybodys)]
    [InlineData(Everybodys | UnixFileMode.StickyBit)]
    public void A_link_in_a_directory_that_others_can_change_is_refused(UnixFileMode mode)
    {
        MakeDirectory("theirs", mode);
        File.CreateSymbolicLink(In("theirs/log"), In("victim"));
        Assert.Equal($"log {ByOthers}", Write(In("theirs/log")));
        Assert.False(File.Exists(In("victim")));
    }

    [Fact]
    public void A_link_to_a_directory_is_refused_there_too()
    {
        MakeDirectory("theirs", Everybodys);
        MakeDirectory("private", Own);
        Directory.CreateSymbolicLink(In("theirs/logs"), In("private"));
        Assert.Equal($"logs {ByOthers}", Write(In("theirs/logs/log")));
        Assert.Empty(Directory.GetFileSystemEntries(In("private")));
    }

    [Fact]
    public void One_of_ours_that_leads_through_such_a_directory_is_followed_no_further()
    {
        MakeDirectory("theirs", Everybodys);
        File.CreateSymbolicLink(In("log"), "theirs/log");
        File.CreateSymbolicLink(In("theirs/log"), In("victim"));
        Assert.Equal($"log {ByOthers}", Write(In("log")));
        Assert.False(File.Exists(In("victim")));
    }

    [Fact]
    public void A_link_of_ours_is_followed_where_a_group_may_write()
    {
        // As systemd's in Ubuntu's /var/log.
        MakeDirectory("log", Groups);
        MakeDirectory("log/private", Own);
        Directory.CreateSymbolicLink(In("log/tcptop"), "private");
        Assert.Null(Write(In("log/tcptop/net.csv")));
        Assert.Equal("x", File.ReadAllText(In("log/private/net.csv")));
    }

    [Theory]
    [InlineData(Groups)]
    [InlineData(Everybodys)]
    public void Another_directory_of_ours_that_others_gave_its_name_is_refused(UnixFileMode mode)
    {
        var first = MakeTwoLogs(mode);
        Directory.Move(In("theirs/logs"), In("theirs/old"));
        Directory.Move(In("theirs/private"), In("theirs/logs"));
        Assert.Equal(Elsewhere, Write(In("theirs/logs/log"), first));
        Assert.Empty(Directory.GetFileSystemEntries(In("theirs/logs")));
    }

    [Theory]
    [InlineData(Own)]
    [InlineData(Everybodys | UnixFileMode.StickyBit)]
    public void Where_nobody_else_can_have_renamed_it_another_directory_takes_the_log(UnixFileMode mode)
    {
        var first = MakeTwoLogs(mode);
        Directory.Move(In("theirs/logs"), In("theirs/old"));
        Directory.Move(In("theirs/private"), In("theirs/logs"));
        Assert.Null(Write(In("theirs/logs/log"), first));
        Assert.Equal("x", File.ReadAllText(In("theirs/logs/log")));
    }

    [Fact]
    public void Another_link_of_ours_that_a_group_gave_its_name_is_refused()
    {
        var first = MakeTwoLogs(Groups);
        Directory.CreateSymbolicLink(In("theirs/other"), "private");
        Assert.Equal(Elsewhere, Write(In("theirs/other/log"), first));
        Assert.Empty(Directory.GetFileSystemEntries(In("theirs/private")));
    }

    [Fact]
    public void A_link_in_proc_is_refused_for_what_it_leads_to_may_have_no_name()
    {
        using var open = new FileStream(In("gone"), FileMode.Create);
        File.Delete(In("gone"));
        var number = open.SafeFileHandle.DangerousGetHandle();
        Assert.Equal(
            $"{number} is a link in /proc: it leads to what is open, not to a name",
            Write($"/proc/{Environment.ProcessId}/fd/{number}"));
        Assert.Empty(Directory.GetFileSystemEntries(_home));
    }

    [Fact]
    public void The_directory_of_a_file_is_known_by_whatever_name_it_was_opened()
    {
        Directory.CreateDirectory(In("elsewhere"));
        File.WriteAllText(In("elsewhere/file"), "");
        File.CreateSymbolicLink(In("log"), "elsewhere/file");
        using var file = File.OpenHandle(In("log"));
        Assert.Equal(IdOf(In("elsewhere")), FileId.OfDirectoryOf((int)file.DangerousGetHandle()));
        Assert.NotEqual(IdOf(_home), IdOf(In("elsewhere")));
    }

    [Fact]
    public void A_second_name_of_a_file_is_refused_where_others_can_make_one()
    {
        MakeDirectory("theirs", Everybodys);
        File.WriteAllText(In("victim"), "");
        HardLink("victim", "theirs/log");
        Assert.Equal(
            "the file of that name has other names (hard links), in a directory that other users can change",
            Write(In("theirs/log")));
        Assert.Equal("", File.ReadAllText(In("victim")));
    }

    [Fact]
    public void A_second_name_of_a_file_is_fine_where_only_we_can_make_one()
    {
        File.WriteAllText(In("file"), "");
        HardLink("file", "log");
        Assert.Null(Write(In("log")));
        Assert.Equal("x", File.ReadAllText(In("file")));
    }

    [Fact]
    public void A_file_of_ours_goes_on_where_others_can_make_some()
    {
        MakeDirectory("theirs", Everybodys);
        File.WriteAllText(In("theirs/log"), "before,");
        Assert.Null(Write(In("theirs/log")));
        Assert.Equal("before,x", File.ReadAllText(In("theirs/log")));
    }

    [Fact]
    public void What_is_no_file_is_refused()
    {
        Directory.CreateDirectory(In("log"));
        File.CreateSymbolicLink(In("link"), "log/");
        File.WriteAllText(In("file"), "");
        Assert.Equal("Is a directory", Write(In("log")));
        Assert.Equal("it is not a regular file", Write(In("log/.")));
        Assert.Equal("it is not a regular file", Write(In("link")));
        Assert.Equal("Not a directory", Write(In("file/log")));
        Assert.Equal("No such file or directory", Write(In("nowhere/log")));
    }

    private string In(string name) => Path.Combine(_home, name);

    /// <summary>Two directories of ours in one of that mode; the identity of the first, <c>logs</c>.</summary>
    private FileId MakeTwoLogs(UnixFileMode mode)
    {
        MakeDirectory("theirs", mode);
        MakeDirectory("theirs/logs", Own);
        MakeDirectory("theirs/private", Own);
        return IdOf(In("theirs/logs"));
    }

    /// <summary>The umask would take from it.</summary>
    private void MakeDirectory(string name, UnixFileMode mode)
    {
        Directory.CreateDirectory(In(name));
        File.SetUnixFileMode(In(name), mode);
    }

    private void HardLink(string file, string name) => Assert.Equal(0, Native.link(In(file), In(name)));

    /// <summary>link1 leads to link2, and so on; the last one leads to link0, which is not there.</summary>
    private void MakeChain(int length)
    {
        for (var i = 1; i <= length; i++)
            File.CreateSymbolicLink(In($"link{i}"), i == length ? "link0" : $"link{i + 1}");
    }

    /// <summary>Opens the path and writes an x there: null, or why it could not be opened.</summary>
    /// <param name="path">Of the log.</param>
    /// <param name="directory">Where it was at first; else, where its path leads now.</param>
    private static string? Write(string path, FileId? directory = null)
    {
        var first = directory ?? IdOf(Path.GetDirectoryName(path)!);
        using var file = ReopenedPath.TryOpen(path, Append, mode: 0x1B6, first, out var reason);
        if (file is not null)
            RandomAccess.Write(file, "x"u8, RandomAccess.GetLength(file));
        Assert.Equal(file is null, reason is not null);
        return reason;
    }

    private static FileId IdOf(string directory)
    {
        using var handle = new SafeFileHandle(
            NativeMethods.open(directory, NativeMethods.PathOnly | NativeMethods.CloseOnExec, 0), ownsHandle: true);
        return FileId.Of((int)handle.DangerousGetHandle());
    }

    private static partial class Native
    {
        [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int link(string file, string name);
    }
}

using System.ComponentModel;
using Tcptop.Lifetime;
using Tcptop.Linux;
using Tcptop.Streams;
using Xunit;

namespace Tcptop.UnitTests.CommandLine;

public sealed class FileLimitTests
{
    private const int TooMany = 24;
    private const int TooManyOnHost = 23;

    private const string OfProcess = "; raise the limit (ulimit -n)";
    private const string OfHost = "; raise the limit of the host (sysctl fs.file-max)";

    public static TheoryData<Exception, string> Causes => new()
    {
        { new KernelException("load it", TooMany), "cannot load it: Too many open files" + OfProcess },
        { StreamException.From("cannot", TooMany), "cannot: Too many open files" + OfProcess },
        { new IOException("/proc/1/stat", TooMany), "too many open files" + OfProcess },
        { new Win32Exception(TooMany), "too many open files" + OfProcess },
        { new AggregateException(new IOException("", TooMany)), "too many open files" + OfProcess },
        { new IOException("", TooManyOnHost), "too many open files" + OfHost },
    };

    [Theory]
    [MemberData(nameof(Causes))]
    public void Too_many_open_files_are_named_whatever_was_tried(Exception failure, string said) =>
        Assert.Equal(said, FileLimit.Reached(failure));

    [Fact]
    public void Where_there_is_room_they_are_not_used_up() => Assert.Null(FileLimit.UsedUp);

    [Fact]
    public void Nothing_else_is_put_down_to_them()
    {
        Assert.Null(FileLimit.Reached(new KernelException("load", 1)));
        Assert.Null(FileLimit.Reached(new IOException("no such file")));
        Assert.Null(FileLimit.Reached(new FormatException("", new ArgumentException(""))));
    }
}

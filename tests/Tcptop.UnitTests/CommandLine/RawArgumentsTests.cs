using Tcptop.Cli;
using Tcptop.Streams;
using Xunit;

namespace Tcptop.UnitTests.CommandLine;

public sealed class RawArgumentsTests
{
    [Fact]
    public void Arguments_have_the_bytes_that_were_given()
    {
        byte[] commandLine = [.. "tcptop\0--log\0"u8, 0xFF, .. ".csv\0"u8, .. "\0-n\0"u8];
        Assert.Equal(
            ["--log", "\uDCFF.csv", "", "-n"],
            RawArguments.Of(["--log", "\uFFFD.csv", "", "-n"], commandLine));
    }

    [Fact]
    public void What_started_the_program_is_none_of_them() =>
        Assert.Equal(["-b"], RawArguments.Of(["-b"], "dotnet\0tcptop.dll\0-b\0"u8));

    [Fact]
    public void Where_there_are_fewer_than_were_given_they_stay_as_they_are() =>
        Assert.Equal(["--log", "\uFFFD"], RawArguments.Of(["--log", "\uFFFD"], "tcptop\0--log\0"u8));

    [Fact]
    public void A_message_shows_such_a_byte_by_its_number_once_and_for_all()
    {
        Assert.Equal(@"\xff.csv", SingleLine.Of("\uDCFF.csv"));
        Assert.Equal(@"\xff.csv", SingleLine.Of(@"\xff.csv"));
        Assert.Equal("?日👍", SingleLine.Of("\u001b日👍"));
    }
}

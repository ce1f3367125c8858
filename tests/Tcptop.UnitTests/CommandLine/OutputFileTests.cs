using System.Text;
using Tcptop.Outputs.Csv;
using Tcptop.Streams;
using Tcptop.UnitTests.Outputs;
using Xunit;

namespace Tcptop.UnitTests.CommandLine;

/// <summary>How a log goes on where an older one ended.</summary>
public sealed class OutputFileTests : IDisposable
{
    private const string Header = "a,b\r\n";

    private readonly string _path = Path.GetTempFileName();
    private readonly CsvOutput _form = new(new FakeHostFacts());

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void A_row_that_another_is_just_writing_is_waited_for()
    {
        File.WriteAllText(_path, Header + "1,");
        Begin(() => File.AppendAllText(_path, "2\r\n"));
        Assert.Equal(Header + "1,2\r\n", File.ReadAllText(_path));
    }

    [Fact]
    public void A_row_that_nobody_ends_is_closed()
    {
        var waits = 0;
        File.WriteAllText(_path, Header + "1,");
        Begin(() => waits++);
        Assert.Equal(Header + "1,\n", File.ReadAllText(_path));
        Assert.InRange(waits, 1, 20);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a,c\r\n1,2\r\n")]
    public void A_file_of_something_else_is_the_users_mistake(string content)
    {
        File.WriteAllText(_path, content);
        Assert.True(Assert.Throws<StreamException>(() => Begin(() => { })).IsWrongFile);
        Assert.Equal(content, File.ReadAllText(_path));
    }

    [Fact]
    public void A_file_cut_to_nothing_meanwhile_has_no_row_without_an_end()
    {
        File.WriteAllText(_path, Header + "1,");
        Begin(() => File.WriteAllText(_path, ""));
        Assert.Equal("", File.ReadAllText(_path));
    }

    private void Begin(Action whatOthersDo)
    {
        using var log = OutputFile.Log(_path, goOn: true, whatOthersDo);
        log.Begin(Encoding.ASCII.GetBytes(Header), _form);
    }
}

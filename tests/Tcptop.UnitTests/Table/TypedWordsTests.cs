using Tcptop.Model;
using Tcptop.Model.Filtering;
using Tcptop.Table;
using Xunit;

namespace Tcptop.UnitTests.Table;

public sealed class TypedWordsTests
{
    private static readonly ConnectionRecord Row = RowOf("192.168.1.10:443", "[2001:db8::7]:51234", "Nginx");

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("nginx")]
    [InlineData("GIN")]
    [InlineData("443")]
    [InlineData("44")]
    [InlineData("123")]
    [InlineData("168.1")]
    [InlineData("192")]
    [InlineData("DB8")]
    [InlineData("10:443")]
    [InlineData("10:4")]
    [InlineData(":443")]
    [InlineData("168.1.10:")]
    [InlineData("[2001:db8::7]:5")]
    [InlineData("::7")]
    [InlineData("nginx 443")]
    [InlineData("  51234   2001   ")]
    [InlineData("docker")]
    [InlineData("estab")]
    [InlineData("\"tcp\"")]
    [InlineData("4f5e ngin")]
    public void A_row_matches_when_all_words_are_somewhere_in_it(string text) => Assert.True(Matches(text));

    [Theory]
    [InlineData("nginxx")]
    [InlineData("445")]
    [InlineData("nginx 445")]
    [InlineData("1043")]
    [InlineData("10:43")]
    [InlineData("1:443")]
    [InlineData("10:4433")]
    [InlineData("[192.168.1.10]:443")]
    [InlineData("8:443")]
    [InlineData("10:443 nope")]
    [InlineData("udp")]
    [InlineData("1234567890123456789012345678901234567890123456789012345678901234567890")]
    public void Else_it_does_not(string text) => Assert.False(Matches(text));

    [Fact]
    public void A_row_without_a_name_or_container_matches_by_its_ends_alone()
    {
        var row = RowOf("10.0.0.1:53", "10.0.0.2:9", "");
        Assert.True(Filter("53").Matches(row, AnswersOf(null), default));
        Assert.False(Filter("z").Matches(row, AnswersOf(null), default));
    }

    [Fact]
    public void What_is_remembered_of_one_row_is_not_said_of_another()
    {
        var random = new Random(4);
        var filter = Filter("7");
        var containers = AnswersOf(null);
        for (var i = 0; i < 20_000; i++)
        {
            var (local, remote) = ($"10.{random.Next(256)}.{random.Next(256)}.{random.Next(256)}:{random.Next(65536)}",
                $"192.0.2.{random.Next(256)}:{random.Next(65536)}");
            var name = $"p{random.Next(30)}";
            Assert.Equal(
                $"{local} {remote} {name}".Contains('7'),
                filter.Matches(RowOf(local, remote, name), containers, default));
        }
    }

    private static RowFilter Filter(string text) => new(FilterParser.Parse(text));

    private static bool Matches(string text) => Filter(text).Matches(Row, AnswersOf(new OneContainer()), default);

    private static HostAnswers AnswersOf(IHostFacts? host) => new(host) { Asked = HostFact.Cgroup };

    private static ConnectionRecord RowOf(string local, string remote, string name) =>
        Tui.Connections.Tcp(local, remote) with
        {
            ProcessName = KernelName.FromText(name),
            Owner = new ProcessIdentity(5, 5)
        };
}

/// <summary>All rows are in one container.</summary>
internal sealed class OneContainer : IHostFacts
{
    public Action? Answered { get; set; }

    public Loss Unanswered => default;

    public void Await(ReadOnlySpan<ConnectionRecord> rows, Func<TimeSpan> timeLeft, HostFact asked = HostFact.All)
    {
    }

    public RowFacts FactsOf(in ConnectionRecord row, HostFact asked = HostFact.All) =>
        row.Owner.IsKnown || row.CgroupId != 0 ? new(null, "docker:4f5e6d7c8b9a", null, null, null) : default;
}

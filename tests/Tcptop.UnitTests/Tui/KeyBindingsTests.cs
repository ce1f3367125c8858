using System.Text;
using Tcptop.Tui.Input;
using Xunit;

namespace Tcptop.UnitTests.Tui;

public sealed class KeyBindingsTests
{
    [Theory]
    [InlineData("q", Command.Quit)]
    [InlineData("\u0003", Command.Quit)]
    [InlineData("\e[21~", Command.Quit)]
    [InlineData("\u001a", Command.Suspend)]
    [InlineData("\u000c", Command.Repaint)]
    [InlineData("?", Command.Help)]
    [InlineData("\eOP", Command.Help)]
    [InlineData("c", Command.MoreColumns)]
    [InlineData("\eOQ", Command.MoreColumns)]
    [InlineData(" ", Command.Pause)]
    [InlineData("+", Command.Slower)]
    [InlineData("-", Command.Faster)]
    [InlineData("r", Command.SortByRateIn)]
    [InlineData("R", Command.SortByRateOut)]
    [InlineData("p", Command.SortByPid)]
    [InlineData("n", Command.SortByProcess)]
    [InlineData("s", Command.SortByState)]
    [InlineData("t", Command.SortByRtt)]
    [InlineData("a", Command.SortByLocal)]
    [InlineData("A", Command.SortByRemote)]
    [InlineData("P", Command.SortByProtocol)]
    [InlineData("b", Command.SortByRateTotal)]
    [InlineData("\t", Command.NextColumn)]
    [InlineData("\e[C", Command.NextColumn)]
    [InlineData("\e[Z", Command.PreviousColumn)]
    [InlineData("\e[D", Command.PreviousColumn)]
    [InlineData("\r", Command.SortByMarked)]
    [InlineData("/", Command.Filter)]
    [InlineData("\eOR", Command.Filter)]
    [InlineData("j", Command.Down)]
    [InlineData("k", Command.Up)]
    [InlineData("\e[6~", Command.PageDown)]
    [InlineData("\e[5~", Command.PageUp)]
    [InlineData("\e[H", Command.First)]
    [InlineData("\e[F", Command.Last)]
    [InlineData("\e[<0;7;9M", Command.Click)]
    [InlineData("\e[<64;7;9M", Command.ScrollUp)]
    [InlineData("\e[<65;7;9M", Command.ScrollDown)]
    [InlineData("Q", Command.None)]
    [InlineData("\eq", Command.None)]
    public void A_key_asks_for_what_it_is_known_for(string bytes, object command) =>
        Assert.Equal((Command)command, KeyBindings.CommandOf(Key(bytes), isTyping: false));

    [Theory]
    [InlineData("q", Command.None)]
    [InlineData("/", Command.None)]
    [InlineData(" ", Command.None)]
    [InlineData("\u0003", Command.Quit)]
    [InlineData("\u001a", Command.Suspend)]
    [InlineData("\r", Command.KeepFilter)]
    [InlineData("\e[A", Command.OlderFilter)]
    [InlineData("\u0015", Command.DeleteToStart)]
    [InlineData("\u0017", Command.DeleteWord)]
    [InlineData("\e[6~", Command.PageDown)]
    [InlineData("\t", Command.None)]
    public void While_a_filter_is_typed_letters_are_letters_and_what_ends_the_program_still_does(string bytes,
        object command) =>
        Assert.Equal((Command)command, KeyBindings.CommandOf(Key(bytes), isTyping: true));

    [Fact]
    public void No_key_asks_for_two_things()
    {
        foreach (var group in KeyBindings.All.GroupBy(binding => binding.Group == KeyGroup.Typing))
        {
            var keys = group.SelectMany(binding => binding.Keys).ToArray();
            Assert.Equal(keys.Length, keys.Distinct().Count());
        }
    }

    [Fact]
    public void Every_command_has_a_key_and_every_binding_says_what_it_is_for()
    {
        var bound = KeyBindings.All.Select(binding => binding.Command).ToHashSet();
        Assert.Equal([Command.None], Enum.GetValues<Command>().Where(command => !bound.Contains(command)));
        Assert.DoesNotContain(
            KeyBindings.All, binding => string.IsNullOrWhiteSpace(binding.Help) || binding.Keys.IsEmpty);
    }

    [Theory]
    [InlineData("q", "q")]
    [InlineData(" ", "Space")]
    [InlineData("\u0003", "Ctrl-C")]
    [InlineData("\e[5~", "PgUp")]
    [InlineData("\e[Z", "Shift-Tab")]
    [InlineData("\eOP", "F1")]
    public void A_key_has_the_name_that_people_know(string bytes, string name) =>
        Assert.Equal(name, KeyNames.Of(Key(bytes)));

    [Theory]
    [InlineData("\e[<0;1;1M", 0, 0)]
    [InlineData("\e[<0;200;50M", 199, 49)]
    [InlineData("\e[<16;3;4M", 2, 3)]
    public void A_click_says_where_it_was(string bytes, int x, int y) =>
        Assert.Equal(new KeyEvent(Tcptop.Tui.Input.Key.Click, X: x, Y: y), Key(bytes));

    [Theory]
    [InlineData("\e[<0;10;20m")]
    [InlineData("\e[<32;10;20M")]
    [InlineData("\e[<1;10;20M")]
    [InlineData("\e[<0;0;20M")]
    [InlineData("\e[<0;20M")]
    [InlineData("\e[<M")]
    [InlineData("\e[<0;1;1;1M")]
    [InlineData("\e[<99999999999;1;1M")]
    public void What_a_mouse_does_besides_is_swallowed(string bytes)
    {
        var input = Encoding.UTF8.GetBytes(bytes);
        Assert.Equal(input.Length, KeyParser.Read(input, isComplete: true, out var key));
        Assert.Null(key);
    }

    private static KeyEvent Key(string bytes)
    {
        var input = Encoding.UTF8.GetBytes(bytes);
        Assert.Equal(input.Length, KeyParser.Read(input, isComplete: true, out var key));
        return key!.Value;
    }
}

using System.Text;
using Tcptop.Tui.Input;
using Xunit;

namespace Tcptop.UnitTests.Tui;

public sealed class BracketedPasteTests
{
    [Fact]
    public void What_is_pasted_is_no_key() => Assert.Equal("rp", Passed("r\e[200~q?/sn\r\e[201~p", isTyping: false));

    [Fact]
    public void What_is_pasted_into_a_line_is_text_with_blanks_between_words() =>
        Assert.Equal("a10.0.0.7 443 q[Ab", Passed("a\e[200~10.0.0.7\t443\rq\e[A\e[201~b", isTyping: true));

    [Theory]
    [InlineData("\e]52;c;x")]
    [InlineData("\eP")]
    [InlineData("\e[M")]
    [InlineData("\eO")]
    [InlineData("\e[[")]
    [InlineData("\e[20")]
    [InlineData("\e")]
    public void What_begins_a_sequence_in_a_paste_does_not_take_its_end(string pasted) =>
        Assert.Equal(KeyEvent.Of('q'), KeysPassed($"\e[200~{pasted}\e[201~q", isTyping: false).Single());

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_paste_without_end_still_can_be_left(bool isTyping) =>
        Assert.Contains(KeyEvent.Of('c', KeyModifiers.Ctrl), KeysPassed("\e[200~\u0003", isTyping));

    private static string Passed(string input, bool isTyping) =>
        string.Concat(KeysPassed(input, isTyping).Select(key => key.Character.ToString()));

    private static List<KeyEvent> KeysPassed(string input, bool isTyping)
    {
        var reader = new KeyReader();
        var passed = new List<KeyEvent>();
        foreach (var piece in Encoding.UTF8.GetBytes(input).Chunk(5))
        {
            piece.CopyTo(reader.Free);
            reader.Added(piece.Length);
            while (reader.TryRead(isComplete: false, out var key))
            {
                if (BracketedPaste.Pass(key, reader.IsPasting, isTyping) is { } obeyed)
                    passed.Add(obeyed);
            }
        }
        return passed;
    }
}

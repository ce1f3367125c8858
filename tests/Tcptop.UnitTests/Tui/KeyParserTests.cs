using System.Text;
using Tcptop.Tui.Input;
using Xunit;

namespace Tcptop.UnitTests.Tui;

public sealed class KeyParserTests
{
    public static TheoryData<string, string> Sequences => new()
    {
        { "q", "q" },
        { "Q", "Q" },
        { "é", "é" },
        { "日", "日" },
        { "😀", "😀" },
        { "\r", "Enter" },
        { "\n", "Enter" },
        { "\t", "Tab" },
        { "\e[Z", "Shift-Tab" },
        { "\x7f", "Backspace" },
        { "\b", "Backspace" },
        { "\x03", "Ctrl-c" },
        { "\x0c", "Ctrl-l" },
        { "\x1a", "Ctrl-z" },
        { "\x1c", @"Ctrl-\" },
        { "\0", "Ctrl- " },
        { "\e[A", "Up" },
        { "\e[B", "Down" },
        { "\e[C", "Right" },
        { "\e[D", "Left" },
        { "\eOA", "Up" },
        { "\e[H", "Home" },
        { "\e[F", "End" },
        { "\e[1~", "Home" },
        { "\e[4~", "End" },
        { "\e[7~", "Home" },
        { "\e[8~", "End" },
        { "\eOH", "Home" },
        { "\e[2~", "Insert" },
        { "\e[3~", "Delete" },
        { "\e[5~", "PageUp" },
        { "\e[6~", "PageDown" },
        { "\eOP", "F1" },
        { "\eOS", "F4" },
        { "\e[[A", "F1" },
        { "\e[[E", "F5" },
        { "\e[11~", "F1" },
        { "\e[15~", "F5" },
        { "\e[17~", "F6" },
        { "\e[21~", "F10" },
        { "\e[24~", "F12" },
        { "\e[200~", "PasteStart" },
        { "\e[201~", "PasteEnd" },
        { "\e[1;5A", "Ctrl-Up" },
        { "\e[1;2D", "Shift-Left" },
        { "\e[5;3~", "Alt-PageUp" },
        { "\e[1;6P", "Shift-Ctrl-F1" },
        { "\ex", "Alt-x" },
        { "\eé", "Alt-é" },
    };

    public static TheoryData<string> NoKeys =>
    [
        "\e[?1;2c", "\e[<0;10;20m", "\e[M !!", "\e[I", "\e[27;5;9~", "\e[12;40R", "\e[113;5u", "\e[?2026;2$y",
        "\e]11;rgb:0000/0000/0000\a", "\e]11;rgb:ffff/ffff/ffff\e\\", "\eP1$r0q\e\\", "\eOx", "\e[99999999999999A",
    ];

    [Theory]
    [MemberData(nameof(Sequences))]
    public void A_sequence_is_one_key(string sequence, string expected) => Assert.Equal([expected], KeysOf(sequence));

    [Theory]
    [MemberData(nameof(Sequences))]
    public void A_sequence_split_anywhere_is_the_same_key(string sequence, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(sequence);
        for (var split = 1; split < bytes.Length; split++)
        {
            var reader = new KeyReader();
            Assert.Equal(
                [expected], (string[])[.. Feed(reader, bytes.AsSpan(0, split)), .. Feed(reader, bytes.AsSpan(split))]);
        }
    }

    [Theory]
    [MemberData(nameof(NoKeys))]
    public void What_is_no_key_is_swallowed_whole(string sequence)
    {
        Assert.Equal(["q"], KeysOf(sequence + "q"));
        var reader = new KeyReader();
        var keys = new List<string>();
        foreach (var value in Encoding.UTF8.GetBytes(sequence + "q"))
            keys.AddRange(Feed(reader, [value]));
        Assert.Equal(["q"], keys);
    }

    [Fact]
    public void Keys_in_one_read_are_told_apart() =>
        Assert.Equal(["Up", "a", "Ctrl-c", "é", "PageDown", "q"], KeysOf("\e[Aa\x03é\e[6~q"));

    [Fact]
    public void A_lone_ESC_is_the_Escape_key_only_once_nothing_follows()
    {
        var reader = new KeyReader();
        Assert.Empty(Feed(reader, [0x1B]));
        Assert.True(reader.AwaitsSequence);
        Assert.Equal(["Escape"], Silence(reader));
        Assert.False(reader.AwaitsSequence);
        Assert.Empty(Silence(reader));
    }

    [Fact]
    public void Escape_pressed_twice_is_two_keys() => Assert.Equal(["Escape", "Escape"], KeysOf("\e\e"));

    [Theory]
    [InlineData("\e[", "Alt-[")]
    [InlineData("\eO", "Alt-O")]
    [InlineData("\eP", "Alt-P")]
    public void Alt_with_a_letter_that_starts_sequences_is_a_key_once_nothing_follows(string sequence,
        string expected) =>
        Assert.Equal([expected], KeysOf(sequence));

    [Fact]
    public void A_sequence_that_lost_its_end_is_swallowed_once_nothing_follows()
    {
        var reader = new KeyReader();
        Assert.Empty(Feed(reader, "\e[1;"u8));
        Assert.Empty(Silence(reader));
        Assert.False(reader.AwaitsSequence);
        Assert.Equal(["q"], Feed(reader, "q"u8));
    }

    [Fact]
    public void A_string_longer_than_there_is_memory_for_is_dropped_to_its_end_and_not_read_as_keys()
    {
        var reader = new KeyReader();
        Assert.Empty(Feed(reader, "\e]52;c;q"u8));
        for (var i = 0; i < 300; i++)
            Assert.Empty(Feed(reader, "qqqqqqq\e"u8));
        Assert.True(reader.AwaitsSequence);
        Assert.Equal(["j"], Feed(reader, "\\j"u8));
        Assert.False(reader.AwaitsSequence);
    }

    [Fact]
    public void A_long_string_that_lost_its_end_is_over_once_nothing_follows()
    {
        var reader = new KeyReader();
        Assert.Empty(Feed(reader, "\ePqqqqqq"u8));
        for (var i = 0; i < 300; i++)
            Assert.Empty(Feed(reader, "qqqqqqqq"u8));
        Assert.Empty(Silence(reader));
        Assert.False(reader.AwaitsSequence);
        Assert.Equal(["j"], Feed(reader, "j"u8));
    }

    [Fact]
    public void A_byte_that_cannot_stand_in_a_sequence_ends_it_and_counts() =>
        Assert.Equal(["Ctrl-c"], KeysOf("\e[1;\x03"));

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_swallowed()
    {
        var reader = new KeyReader();
        Assert.Equal(["a", "q"], Feed(reader, [(byte)'a', 0xFF, 0xC3, (byte)'q']));
    }

    [Fact]
    public void An_answer_that_never_ends_does_not_make_it_deaf()
    {
        var reader = new KeyReader();
        Feed(reader, "\e]"u8);
        for (var i = 0; i < 5000; i++)
            Feed(reader, "\u0001"u8);
        Silence(reader);
        Assert.Equal(["q"], Feed(reader, "q"u8));
    }

    [Fact]
    public void Any_bytes_in_any_pieces_are_taken_without_harm()
    {
        var random = new Random(27);
        var reader = new KeyReader();
        var bytes = new byte[40];
        for (var i = 0; i < 20_000; i++)
        {
            random.NextBytes(bytes);
            for (var b = 0; b < bytes.Length; b++)
                bytes[b] = random.Next(3) == 0 ? (byte)"\e[O]P;~M1"[random.Next(9)] : bytes[b];
            Feed(reader, bytes.AsSpan(0, random.Next(bytes.Length)));
            if (random.Next(4) == 0)
                Silence(reader);
        }
        Silence(reader);
        Assert.False(reader.AwaitsSequence);
    }

    private static string[] KeysOf(string bytes)
    {
        var reader = new KeyReader();
        return [.. Feed(reader, Encoding.UTF8.GetBytes(bytes)), .. Silence(reader)];
    }

    private static List<string> Feed(KeyReader reader, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(reader.Free);
        reader.Added(bytes.Length);
        return Keys(reader, isComplete: false);
    }

    private static List<string> Silence(KeyReader reader) => Keys(reader, isComplete: true);

    private static List<string> Keys(KeyReader reader, bool isComplete)
    {
        var keys = new List<string>();
        while (reader.TryRead(isComplete, out var key))
            keys.Add(Name(key));
        return keys;
    }

    private static string Name(KeyEvent key)
    {
        var modifiers =
            key.Modifiers == KeyModifiers.None ? "" : $"{key.Modifiers}-".Replace(", ", "-", StringComparison.Ordinal);
        return modifiers + (key.Key == Key.Character ? key.Character.ToString() : key.Key.ToString());
    }
}

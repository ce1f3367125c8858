using System.Text;
using Tcptop.Tui.Input;
using Tcptop.Tui.Terminal;
using Xunit;

namespace Tcptop.UnitTests.Fuzz;

/// <summary>
/// What a terminal may send: keys, reports of a mouse, what was pasted, answers that nobody asked for, noise.
/// </summary>
public sealed class KeyFuzzTests
{
    /// <summary>What does not fit the reader's buffer is cut, and where depends on the pieces.</summary>
    private const int LongestWhole = 1000;

    public static readonly byte[][] Samples =
    [
        [.. "\e[A\e[1;5B\eOP\e[15~\e[[A\e[Z"u8],
        [.. "\e[<0;10;5M\e[<64;200;1m\e[<-1;2147483648;0M\e[M !!\e[<0;1;M"u8],
        [.. "\e]11;rgb:0000/0000/0000\e\\\eP1+r\a\e[?1;2c\e[24;80R"u8],
        [.. "/nginx 日本\u0008\u0015e\u0301\r"u8],
        [.. "\e[200~q 10.0.0.7\r\n\e[201~\e[200~"u8],
        [.. "jk?\u0003\u001a\e\e\e[99999999999~\e[1;99A\e[;5H"u8],
    ];

    [Fact]
    public void Keys_that_come_in_pieces_are_those_that_come_at_once_and_no_byte_stays_behind() => FuzzRun.Over(
        FuzzTarget.Keys,
        inputs => inputs.Of(10_000, 3_000, 900, Samples),
        input => Keys(input, input.Length),
        (input, keys) =>
        {
            AreKeys(keys, input.Length);
            var inPieces = Keys(input, 1 + input.Length % 7);
            if (input.Length <= LongestWhole && !keys.SequenceEqual(inPieces))
                Assert.Equal(keys, inPieces);
        });

    [Fact]
    public void A_string_longer_than_the_reader_s_memory_is_no_keys_and_stops_none() => FuzzRun.Over(
        FuzzTarget.LongInput,
        inputs => Enumerable.Range(0, 200).Select(i => Endless(inputs, Samples[i % 4], i % 60)),
        input => Keys(input, input.Length),
        (input, keys) =>
        {
            AreKeys(keys, input.Length);
            // What stands behind the end of the string alone.
            Assert.Equal(Key.F5, keys[^1].Key);
            Assert.DoesNotContain(keys, key => key.Character == new Rune('Q'));
        });

    [Fact]
    public void Any_environment_is_that_of_a_terminal_of_some_kind() => FuzzRun.Over(
        FuzzTarget.TerminalTypes,
        inputs => inputs.Of(5_000, 500, 40, "xterm-256color"u8.ToArray(), "en_GB.UTF-8"u8.ToArray(), "-."u8.ToArray()),
        input =>
        {
            var value = FuzzRun.Text(input);
            return TerminalCapabilities.Detect(_ => value, noColor: false);
        },
        (_, capabilities) => Assert.True(capabilities.Utf8 || !capabilities.HasBlocks));

    /// <summary>A string longer than the reader's memory, of letters with more or less noise, and a key.</summary>
    private static byte[] Endless(HostileInputs inputs, byte[] before, int i)
    {
        bool IsNoise(byte value) => value % 60 < i && value is not (0x1B or 7);
        var letters = inputs.Bytes(4_000 + i).Select(value => IsNoise(value) ? value : (byte)'Q');
        return [.. before, .. "\e]"u8, .. letters, .. i % 2 == 0 ? "\a"u8 : "\e\\"u8, .. "\e[15~"u8];
    }

    private static void AreKeys(List<KeyEvent> keys, int most)
    {
        Assert.InRange(keys.Count, 0, most);
        foreach (var key in keys)
            Assert.True(key is { X: >= 0, Y: >= 0 } && (key.Key != Key.Character || !Rune.IsControl(key.Character)));
    }

    /// <summary>
    /// As the screen's loop reads them: what is there, again while keys come of it, and at the end a moment
    /// of silence.
    /// </summary>
    internal static List<KeyEvent> Keys(ReadOnlySpan<byte> input, int piece)
    {
        var reader = new KeyReader();
        var keys = new List<KeyEvent>();
        while (!input.IsEmpty)
        {
            var count = Math.Min(Math.Min(piece, reader.Free.Length), input.Length);
            if (count == 0)
                Assert.Fail("no room is left");
            input[..count].CopyTo(reader.Free);
            reader.Added(count);
            input = input[count..];
            while (reader.TryRead(isComplete: false, out var key))
                keys.Add(key);
        }
        while (reader.TryRead(isComplete: true, out var key))
            keys.Add(key);
        return reader.AwaitsSequence ? throw new InvalidOperationException("bytes stay behind") : keys;
    }
}

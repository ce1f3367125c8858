using System.Globalization;
using System.Text;
using Tcptop.Model;
using Tcptop.Outputs.Csv;
using Tcptop.Table;
using Tcptop.Table.Formats;
using Tcptop.UnitTests.Outputs;
using Xunit;

namespace Tcptop.UnitTests.Fuzz;

/// <summary>Names that processes, devices, containers, users and cgroups have been given.</summary>
public sealed class NameFuzzTests
{
    private static readonly byte[][] Samples =
        [[.. "nginx: worker\e]0;x\a, \"quoted\"\r\n"u8], [.. "=cmd|' /C calc'!A0\u202e\u2028日本😀"u8]];

    [Fact]
    public void Names_of_any_kind_stay_in_their_row_and_field_in_every_output() => FuzzRun.Over(
        FuzzTarget.Names,
        inputs => inputs.Of(1_500, 500, 300, Samples),
        input =>
        {
            var row = OutputRows.Row() with { ProcessName = KernelName.FromBytes(input) };
            using var snapshot = Snapshot.Of([row, row with { IsClosed = true }], OutputRows.Time);
            return FuzzedOutputs.Write(snapshot, Host(FuzzRun.Text(input)));
        },
        (_, written) => FuzzedOutputs.AreRight(written, rows: 2));

    [Fact]
    public void A_file_that_is_cut_anywhere_is_whole_up_to_the_end_of_a_row() => FuzzRun.Over(
        FuzzTarget.CutFiles,
        inputs => inputs.Of(150, 50, 60, [.. "a\"\r\n,b"u8]),
        input => Encoding.UTF8.GetBytes(
            OutputRows.Render(new CsvOutput(Host(FuzzRun.Text(input))), OutputRows.Row(), OutputRows.Row())),
        (_, written) =>
        {
            var output = new CsvOutput(FuzzedOutputs.KnowsNothing);
            for (var length = 0; length <= written.Length; length++)
            {
                var whole = output.WholeRows(written.AsSpan(0, length));
                Assert.True(
                    whole == 0 || whole == written.Length / 2 || whole == written.Length, $"cut at {length}: {whole}");
                Assert.True(whole <= length && (whole != 0 || length < written.Length / 2));
            }
        });

    [Fact]
    public void Escaped_text_is_plain_and_reads_back_as_it_was() => FuzzRun.Over(
        FuzzTarget.SafeTexts,
        inputs => inputs.Of(20_000, 5_000, 100, Samples),
        input =>
        {
            var text = new char[input.Length * SafeText.MaxCharsPerByte];
            return new string(text, 0, SafeText.Escape(input, text));
        },
        (input, escaped) =>
        {
            FuzzedOutputs.IsPlainLines(Encoding.UTF8.GetBytes(escaped + "\n"), lines: 1);
            Assert.Equal(Encoding.UTF8.GetString(input), Unescaped(escaped));
            Assert.Equal(escaped, SafeText.Escape(Encoding.UTF8.GetString(input)));
        });

    private static FakeHostFacts Host(string name) => new()
    {
        Cgroup = "/" + name,
        Unit = name,
        Namespace = name,
        User = name,
        Facts = new ProcessFacts(name, name, OutputRows.Time),
    };

    private static string Unescaped(string text)
    {
        var plain = new StringBuilder();
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] != '\\')
            {
                plain.Append(text[at]);
                continue;
            }
            var digits = text[++at] switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
            if (digits == 0)
                plain.Append(text[at] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', var other => other });
            else
                plain.Append(new Rune(HexNumber(text.AsSpan(at + 1, digits))));
            at += digits;
        }
        return plain.ToString();
    }

    private static int HexNumber(ReadOnlySpan<char> digits) =>
        int.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}

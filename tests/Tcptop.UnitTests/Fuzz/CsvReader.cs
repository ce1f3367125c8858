using System.Text;
using Xunit;

namespace Tcptop.UnitTests.Fuzz;

/// <summary>RFC 4180 to the letter: what it does not allow is a failure, not a guess.</summary>
internal static class CsvReader
{
    public static List<List<string>> Read(string text)
    {
        var rows = new List<List<string>>();
        for (var at = 0; at < text.Length;)
            rows.Add(ReadRow(text, ref at));
        return rows;
    }

    private static List<string> ReadRow(string text, ref int at)
    {
        var row = new List<string>();
        while (true)
        {
            row.Add(at < text.Length && text[at] == '"' ? ReadQuoted(text, ref at) : ReadPlain(text, ref at));
            Assert.True(at < text.Length, "a row without an end");
            if (text[at++] == ',')
                continue;
            Assert.Equal("\r\n", text.Substring(at - 1, 2));
            at++;
            return row;
        }
    }

    private static string ReadPlain(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && text[at] is not (',' or '\r' or '\n' or '"'))
            at++;
        return text[start..at];
    }

    private static string ReadQuoted(string text, ref int at)
    {
        var value = new StringBuilder();
        for (at++; at < text.Length; at++)
        {
            if (text[at] == '"' && (at + 1 == text.Length || text[++at] != '"'))
                return value.ToString();
            value.Append(text[at]);
        }
        throw new InvalidDataException("a quoted field without an end");
    }
}

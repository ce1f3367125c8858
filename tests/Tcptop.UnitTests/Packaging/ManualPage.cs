namespace Tcptop.UnitTests.Packaging;

/// <summary>A manual page as plain lines, as far as the macros go that ours uses.</summary>
internal sealed class ManualPage
{
    private readonly Dictionary<string, List<(bool IsTag, string Text)>> _sections = new(StringComparer.Ordinal);

    /// <summary>The tags of a section's paragraphs, in order: what stands out to the left of its description.</summary>
    public IReadOnlyList<string> Tags(string section) =>
        [.. _sections[section].Where(line => line.IsTag).Select(line => line.Text)];

    /// <summary>A tag that begins so, and what is said of it.</summary>
    public string Entry(string section, string tag)
    {
        var lines = _sections[section];
        var at = lines.FindIndex(line => line.IsTag && line.Text.StartsWith(tag, StringComparison.Ordinal));
        return string.Join(
            '\n', lines.Skip(at).TakeWhile((line, index) => index == 0 || !line.IsTag).Select(line => line.Text));
    }

    public string Text(string section) => string.Join('\n', _sections[section].Select(line => line.Text));

    public static ManualPage Read(string path)
    {
        var page = new ManualPage();
        List<(bool, string)> section = [];
        var isTag = false;
        foreach (var line in File.ReadLines(path))
        {
            if (line.StartsWith(".SH ", StringComparison.Ordinal))
                page._sections.Add(line[".SH ".Length..], section = []);
            else if (line is ".TP" or ".TQ")
                isTag = true;
            else if (!IsLayout(line))
                section.Add((Take(ref isTag), Plain(line)));
        }
        return page;
    }

    private static bool IsLayout(string line) =>
        line is ".PP"
            or ".br" || line.StartsWith(".\\\"", StringComparison.Ordinal) || line.StartsWith(".SS ",
                StringComparison.Ordinal) || line.StartsWith(".TH ", StringComparison.Ordinal);

    private static bool Take(ref bool flag)
    {
        var taken = flag;
        flag = false;
        return taken;
    }

    /// <summary>
    /// Macros that alternate two fonts join their words, those between quotes with their blanks; those of one
    /// font keep the blanks.
    /// </summary>
    private static string Plain(string line)
    {
        line = line.Replace("\\-", "-", StringComparison.Ordinal);
        if (line.StartsWith(".B ", StringComparison.Ordinal) || line.StartsWith(".I ", StringComparison.Ordinal))
            return line[3..];
        if (line.Length < 4 || line[0] != '.' || line[3] != ' ')
            return line;
        var parts = line[4..].Split('"');
        return string.Concat(
            parts.Select((part, index) => index % 2 == 1 ? part : part.Replace(" ", "", StringComparison.Ordinal)));
    }
}

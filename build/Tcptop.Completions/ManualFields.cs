using System.Text;
using Tcptop.Model.Fields;

namespace Tcptop.Completions;

/// <summary>The list of fields in the manual page, between two comments that say where it is.</summary>
internal static class ManualFields
{
    private const string Begin = ".\\\" Fields, made by \"make completions\" from the registry:\n";
    private const string End = ".\\\" End of the fields.\n";

    /// <summary>The page with the list as it is now.</summary>
    public static string Update(string page)
    {
        var from = page.IndexOf(Begin, StringComparison.Ordinal);
        var to = page.IndexOf(End, StringComparison.Ordinal);
        if (from < 0 || to < from)
            throw new FormatException("the manual page has no place for the fields");
        return page[..(from + Begin.Length)] + List() + page[to..];
    }

    private static string List()
    {
        var text = new StringBuilder();
        foreach (var field in FieldList.All)
        {
            text.Append(".TP\n.B ").Append(field.Name).Append('\n').Append(Escape(field.Help));
            if (field.Unit.Name() is { } unit)
                text.Append(" (").Append(unit).Append(')');
            text.Append(".\n");
        }
        return text.ToString();
    }

    private static string Escape(string words) =>
        words.Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal);
}

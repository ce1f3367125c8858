using System.Collections.Immutable;
using Tcptop.Model.Filtering;

namespace Tcptop.Tui.View;

/// <summary>
/// The filter that is typed on the screen: the one that is kept, the line while it is typed, and those kept
/// before.
/// </summary>
internal sealed record TypedFilter
{
    private const int LongestHistory = 50;

    public static readonly TypedFilter None = new();

    private string Kept { get; init; } = "";

    /// <summary>Null while nothing is typed.</summary>
    public LineEditor? Line { get; private init; }

    private ImmutableArray<string> History { get; init; } = [];

    /// <summary>
    /// Which of the history the line shows; one behind the last: what was typed before the history was looked
    /// at.
    /// </summary>
    private int HistoryAt { get; init; }

    private string Draft { get; init; } = "";

    /// <summary>As it is typed, so it works.</summary>
    public string Text => Line?.Text ?? Kept;

    /// <summary>What filters: the text's meaning; while it has none, that of the last one that had.</summary>
    public FilterExpression Expression { get; private init; } = FilterExpression.Everything;

    /// <summary>Why the text has none.</summary>
    public FilterException? Error { get; private init; }

    public TypedFilter Open() =>
        Line is null ? this with { Line = LineEditor.AtEndOf(Kept), HistoryAt = History.Length, Draft = "" } : this;

    public TypedFilter Edit(LineEditor line) => ReadAs(this with { Line = line });

    /// <summary>What has no meaning yet is not kept, but typed on.</summary>
    public TypedFilter Keep()
    {
        if (Error is not null)
            return this;
        var text = Text.Trim();
        var history = text.Length == 0 ? History : History.Remove(text).Add(text);
        return this with
        {
            Kept = text,
            Line = null,
            History = history.Length > LongestHistory ? history.RemoveAt(0) : history
        };
    }

    public TypedFilter Clear() => ReadAs(this with { Kept = "", Line = null });

    public TypedFilter Older() =>
        HistoryAt == 0 || Line is null ? this : Recall(HistoryAt - 1, HistoryAt == History.Length ? Line.Text : Draft);

    public TypedFilter Newer() => HistoryAt >= History.Length || Line is null ? this : Recall(HistoryAt + 1, Draft);

    private TypedFilter Recall(int at, string draft) =>
        ReadAs(this with
        {
            HistoryAt = at,
            Draft = draft,
            Line = LineEditor.AtEndOf(at == History.Length ? draft : History[at])
        });

    /// <summary>Where the text stays as it is, so does its meaning: the rows are not looked for again.</summary>
    private TypedFilter ReadAs(TypedFilter next) =>
        string.Equals(next.Text, Text, StringComparison.Ordinal) ? next : next.Read();

    private TypedFilter Read()
    {
        try
        {
            return this with { Expression = FilterParser.Parse(Text), Error = null };
        }
        catch (FilterException error)
        {
            return this with { Error = error };
        }
    }
}

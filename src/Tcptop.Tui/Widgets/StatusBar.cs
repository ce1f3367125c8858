using System.Globalization;
using System.Text;
using Tcptop.Model.Filtering;
using Tcptop.Table.Formats;
using Tcptop.Tui.Cells;
using Tcptop.Tui.Grid;
using Tcptop.Tui.Look;
using Tcptop.Tui.View;

namespace Tcptop.Tui.Widgets;

/// <summary>
/// The last line: what the rows are sorted by, which connections they are, how often they are refreshed, how
/// to get out; or the filter while it is typed.
/// </summary>
internal sealed class StatusBar(Theme theme, Glyphs glyphs)
{
    private const string Paused = " Paused ";
    private const string FilterLabel = "  Filter: ";
    private const string PromptLabel = " Filter: ";
    private const string InHelp = " Help";
    private const string Hints = "? help  q quit ";
    private const string FewHints = "q quit ";
    private const string HelpHints = "any key: back  q quit ";
    private const string LongHelpHints = "Down: more  other keys: back  q quit ";
    private const string TypingHints = "Enter keep  Esc clear ";

    /// <summary>The longest text of a part that is made here.</summary>
    private const int LongestPart = 64;

    public void Draw(CellBuffer target, int y, ViewState state)
    {
        target.Fill(0, y, target.Width, theme.Bar);
        if (state.HelpTop is not null)
            Begin(target, y, HintsOfHelp(state)).Add(InHelp);
        else if (state.Filter.Line is { } line)
            DrawPrompt(target, y, state, line);
        else
            DrawView(target, y, state);
    }

    private static string HintsOfHelp(ViewState state) =>
        HelpOverlay.LastTop(state.Width, state.Height) == 0 ? HelpHints : LongHelpHints;

    private void DrawView(CellBuffer target, int y, ViewState state)
    {
        Span<char> text = stackalloc char[LongestPart];
        var line = Begin(target, y, target.Width >= 60 ? Hints : FewHints);
        if (state.IsPaused)
            line.Add(Paused, theme.Paused);
        text.TryWrite(CultureInfo.InvariantCulture,
            $" Sort: {state.Order.Field.ScreenTitle} {glyphs.Arrow(state.Order.IsDescending)}", out var length);
        line.Add(text[..length]);
        AddFilter(ref line, state);
        text.TryWrite(CultureInfo.InvariantCulture, $"  every {state.Interval.TotalSeconds:0.###} s", out length);
        line.Add(text[..length]);
        if (state.Selected is { } selected && state.RowCount != 0)
        {
            text.TryWrite(CultureInfo.InvariantCulture, $"  row {selected.Rank + 1} of {state.RowCount}", out length);
            line.Add(text[..length]);
        }
    }

    private static void AddFilter(ref Line line, ViewState state)
    {
        var typed = state.Filter.Text;
        if (state.FilterText.Length == 0 && typed.Length == 0)
            return;
        line.Add(FilterLabel);
        // Parts of their own, as they may be of any length.
        line.Add(state.FilterText);
        if (typed.Length == 0)
            return;
        if (state.FilterText.Length != 0)
            line.Add(", ");
        line.AddSafe(typed);
        AddMatches(ref line, state);
    }

    private static void AddMatches(ref Line line, ViewState state)
    {
        Span<char> text = stackalloc char[LongestPart];
        var length = 0;
        if (state.HasRightRows && state.Snapshot is not null)
            text.TryWrite(CultureInfo.InvariantCulture,
                $" ({state.RowCount} {(state.RowCount == 1 ? "match" : "matches")})", out length);
        line.Add(text[..length]);
    }

    private void DrawPrompt(CellBuffer target, int y, ViewState state, LineEditor editor)
    {
        var line = Begin(target, y, target.Width >= 60 ? TypingHints : "");
        line.Add(PromptLabel);
        // What is before the cursor gives way to it where there is no room.
        var before = editor.Text.AsSpan(0, editor.Cursor);
        while (!before.IsEmpty && SafeWidth(before) >= line.Room)
            before = before[(char.IsHighSurrogate(before[0]) && before.Length > 1 ? 2 : 1)..];
        var error = state.Filter.Error;
        AddTyped(ref line, before, editor.Cursor - before.Length, error);
        var behind = editor.Text.AsSpan(editor.Cursor);
        if (Rune.DecodeFromUtf16(behind, out var rune, out var length) == System.Buffers.OperationStatus.Done
            && RuneWidth.Of(rune) != 0)
            line.AddSafe(behind[..length], theme.Cursor);
        else
            line.Add(" ", theme.Cursor);
        var under = Math.Min(length, behind.Length);
        AddTyped(ref line, behind[under..], editor.Cursor + under, error);
        if (error is null)
            AddMatches(ref line, state);
        else
            AddError(ref line, error);
    }

    /// <summary>A part of the line, which begins so far in it, with what is wrong of it marked.</summary>
    private void AddTyped(ref Line line, ReadOnlySpan<char> text, int at, FilterException? error)
    {
        var from = error is null ? text.Length : Math.Clamp(error.At - at, 0, text.Length);
        var to = error is null ? text.Length : Math.Clamp(error.At + error.Length - at, from, text.Length);
        line.AddSafe(text[..from]);
        line.AddSafe(text[from..to], theme.MarkedTitle);
        line.AddSafe(text[to..]);
    }

    private void AddError(ref Line line, FilterException error)
    {
        line.Add("  ");
        line.AddSafe(error.Message, theme.MarkedTitle);
    }

    private Line Begin(CellBuffer target, int y, string hints)
    {
        var hintsWidth = Math.Min(hints.Length, target.Width);
        new CellField(target, target.Width - hintsWidth, y, hintsWidth, theme.Bar, glyphs).DrawLeft(hints);
        return new Line(target, y, target.Width - hints.Length - 1, theme.Bar, glyphs);
    }

    private static int SafeWidth(ReadOnlySpan<char> text)
    {
        Span<char> safe = stackalloc char[SafeText.MaxCharsPerByte * Line.LongestSafe];
        return RuneWidth.Of(Line.Escape(text, safe));
    }

    /// <summary>Parts one after the other, as far as there is room.</summary>
    private ref struct Line(CellBuffer target, int y, int end, Style plain, Glyphs glyphs)
    {
        public const int LongestSafe = 1024;

        private const int LeastOfPart = 6;

        private int _x;

        public readonly int Room => end - _x;

        public void Add(scoped ReadOnlySpan<char> text) => Add(text, plain);

        public void Add(scoped ReadOnlySpan<char> text, Style style)
        {
            var columns = RuneWidth.Of(text);
            // An ellipsis with hardly a letter before it says nothing.
            if (_x > 0 && Room < Math.Min(columns, LeastOfPart))
            {
                _x = end;
                return;
            }
            new CellField(target, _x, y, Room, style, glyphs).DrawLeft(text);
            _x += columns;
        }

        public void AddSafe(scoped ReadOnlySpan<char> text) => AddSafe(text, plain);

        public void AddSafe(scoped ReadOnlySpan<char> text, Style style)
        {
            Span<char> safe = stackalloc char[SafeText.MaxCharsPerByte * LongestSafe];
            Add(Escape(text, safe), style);
        }

        public static ReadOnlySpan<char> Escape(scoped ReadOnlySpan<char> text, Span<char> safe)
        {
            Span<byte> bytes = stackalloc byte[LongestSafe];
            // Longer than any line; no character takes more than three bytes.
            var length = Encoding.UTF8.GetBytes(text[..Math.Min(text.Length, LongestSafe / 3)], bytes);
            return safe[..SafeText.Escape(bytes[..length], safe)];
        }
    }
}

using System.Text;

namespace Tcptop.Model.Filtering;

/// <summary>Cuts an expression into tokens.</summary>
/// <param name="text">The expression.</param>
/// <param name="isName">Whether a colon behind this word stands for an operator: it names a field.</param>
internal sealed class FilterLexer(string text, Func<string, bool> isName)
{
    private int _at;

    /// <summary>Within the parentheses of <c>in</c>, where commas stand between values.</summary>
    private bool _isInList;

    /// <exception cref="FilterException">Quotes are not closed.</exception>
    public List<FilterToken> All()
    {
        var tokens = new List<FilterToken>();
        while (true)
        {
            while (_at < text.Length && char.IsWhiteSpace(text[_at]))
                _at++;
            if (_at == text.Length)
                break;
            tokens.Add(Next(tokens.Count == 0 ? default : tokens[^1]));
        }
        tokens.Add(new FilterToken(FilterTokenKind.End, "", text.Length, text.Length));
        return tokens;
    }

    private FilterToken Next(FilterToken before)
    {
        var start = _at;
        switch (text[_at])
        {
            case '(':
                _isInList |= FilterWords.IsKeyword(before, FilterWords.In);
                return Take(FilterTokenKind.Open, 1);
            case ')':
                _isInList = false;
                return Take(FilterTokenKind.Close, 1);
            case ',' when _isInList:
                return Take(FilterTokenKind.Comma, 1);
            case '"' or '\'':
                return Quoted();
            case '&' when StartsWith("&&"):
                return Take(FilterTokenKind.And, 2);
            case '|' when StartsWith("||"):
                return Take(FilterTokenKind.Or, 2);
            case ':' when before.Kind == FilterTokenKind.Word && before.End == start && isName(before.Text):
                return Take(FilterTokenKind.Colon, 1);
            case '-' when !IsNumberAt(start + 1)
                || before.Kind is not (FilterTokenKind.Operator or FilterTokenKind.Colon):
                return Take(FilterTokenKind.Not, 1);
        }
        var length = OperatorLength();
        if (length != 0)
            return Take(FilterTokenKind.Operator, length);
        return text[_at] == '!' ? Take(FilterTokenKind.Not, 1) : Word();
    }

    private FilterToken Word()
    {
        var start = _at;
        while (_at < text.Length && !IsEndOfWord())
        {
            if (text[_at] == ':' && _at > start && isName(text[start.._at]))
                break;
            _at++;
        }
        return new FilterToken(FilterTokenKind.Word, text[start.._at], start, _at);
    }

    private FilterToken Quoted()
    {
        var (start, quote) = (_at, text[_at]);
        var content = new StringBuilder();
        for (_at++; _at < text.Length; _at++)
        {
            if (text[_at] == quote)
            {
                _at++;
                return new FilterToken(FilterTokenKind.Text, content.ToString(), start, _at);
            }
            if (text[_at] == '\\' && _at + 1 < text.Length && text[_at + 1] is '\\' or '"' or '\'')
                _at++;
            content.Append(text[_at]);
        }
        throw new FilterException(start, 1, $"the quote {quote} is not closed");
    }

    private FilterToken Take(FilterTokenKind kind, int length)
    {
        var start = _at;
        _at += length;
        return new FilterToken(kind, text.Substring(start, length), start, _at);
    }

    private bool IsEndOfWord() =>
        char.IsWhiteSpace(text[_at]) || text[_at] is '(' or ')' or '"' or '\'' || (_isInList && text[_at] == ',')
        || OperatorLength() != 0 || StartsWith("&&") || StartsWith("||");

    private int OperatorLength() => text[_at] switch
    {
        '=' or '<' or '>' => _at + 1 < text.Length && text[_at + 1] == '=' ? 2 : 1,
        '!' => StartsWith("!=") ? 2 : 0,
        '~' => 1,
        _ => 0,
    };

    private bool IsNumberAt(int at) => at < text.Length && char.IsAsciiDigit(text[at]);

    private bool StartsWith(string start) => text.AsSpan(_at).StartsWith(start, StringComparison.Ordinal);
}

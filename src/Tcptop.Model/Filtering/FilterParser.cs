using System.Collections.Immutable;
using Tcptop.Model.Fields;

namespace Tcptop.Model.Filtering;

/// <summary>
/// Reads an expression: <c>or</c> binds least, then <c>and</c> and mere neighbourhood, then <c>not</c>; a keyword
/// that has nothing to work on is a word like any other.
/// </summary>
public sealed class FilterParser
{
    /// <summary>Of parentheses and negations in each other.</summary>
    private const int MostLevels = 100;

    private const int MostCharacters = 4096;

    /// <summary>That are looked for in texts: what was found out is remembered, 160 KB for each.</summary>
    private const int MostWords = 64;

    private readonly List<FilterToken> _tokens;
    private int _next;
    private int _level;
    private int _words;

    private FilterParser(List<FilterToken> tokens, FilterValues values) => (_tokens, Values) = (tokens, values);

    private FilterValues Values { get; }

    /// <param name="text">The expression.</param>
    /// <param name="portOf">The port of a service; null: there is none of that name.</param>
    /// <exception cref="FilterException">It is none.</exception>
    public static FilterExpression Parse(string text, Func<string, ushort?>? portOf = null)
    {
        if (text.Length > MostCharacters)
            throw new FilterException(MostCharacters, 1, $"a filter has {MostCharacters} characters at most");
        var parser = new FilterParser(new FilterLexer(text, FilterSubjects.IsName).All(), new FilterValues(portOf));
        if (parser.Peek.Kind == FilterTokenKind.End)
            return FilterExpression.Everything;
        var expression = parser.Any();
        return parser.Peek.Kind == FilterTokenKind.End
            ? expression
            : throw Unexpected(parser.Peek, "nothing is open that it closes");
    }

    private FilterToken Peek => _tokens[_next];

    private FilterToken After => _tokens[Math.Min(_next + 1, _tokens.Count - 1)];

    private FilterToken Take() => _tokens[_next++];

    private FilterExpression Any()
    {
        var terms = ImmutableArray.CreateBuilder<FilterExpression>();
        terms.Add(All());
        while (IsOr())
        {
            Take();
            terms.Add(All());
        }
        return terms.Count == 1 ? terms[0] : new FilterAny(terms.ToImmutable());
    }

    private FilterExpression All()
    {
        var terms = ImmutableArray.CreateBuilder<FilterExpression>();
        terms.Add(Term());
        while (!IsEnd(Peek) && !IsOr())
        {
            if (Peek.Kind == FilterTokenKind.And || (IsKeyword(FilterWords.And) && !IsEnd(After)))
                Take();
            terms.Add(Term());
        }
        return terms.Count == 1 ? terms[0] : new FilterAll(terms.ToImmutable());
    }

    private FilterExpression Term()
    {
        var token = Peek;
        switch (token.Kind)
        {
            case FilterTokenKind.Not:
                Take();
                return Negation(token);
            case FilterTokenKind.Word when IsKeyword(FilterWords.Not) && !IsEnd(After):
                Take();
                return Negation(token);
            case FilterTokenKind.Open:
                Take();
                return Group(token);
            case FilterTokenKind.Text:
                return WordOf(Take());
            case FilterTokenKind.Word:
                return Word();
            default:
                throw Unexpected(token, "a word, a comparison or '(' is expected");
        }
    }

    private FilterNot Negation(FilterToken sign)
    {
        if (IsEnd(Peek))
            throw new FilterException(sign.At, sign.End - sign.At, "what is not wanted is expected behind it");
        Enter(sign);
        var term = Term();
        _level--;
        return new FilterNot(term);
    }

    private FilterExpression Group(FilterToken open)
    {
        Enter(open);
        if (Peek.Kind == FilterTokenKind.Close)
            throw Unexpected(Peek, "a word or a comparison is expected");
        var expression = Any();
        if (Peek.Kind != FilterTokenKind.Close)
            throw new FilterException(open.At, 1, "the parenthesis is not closed");
        Take();
        _level--;
        return expression;
    }

    private FilterExpression Word()
    {
        var word = Take();
        if (Peek.Kind is FilterTokenKind.Operator or FilterTokenKind.Colon
            || (IsKeyword(FilterWords.In) && After.Kind == FilterTokenKind.Open))
            return Compare(word);
        if (FilterSubjects.EndsNamed(word.Text) is { } ends && Peek.Kind is FilterTokenKind.Word or FilterTokenKind.Text
            && !IsOr() && !IsKeyword(FilterWords.And))
            return new FilterEndsComparison(
                ends, FilterOperator.Equal, [Values.OfEnds(ends, FilterOperator.Equal, word, Take())]);
        return FilterSubjects.KindNamed(word.Text) is { } kind ? kind : WordOf(word);
    }

    private FilterWord WordOf(FilterToken word)
    {
        CountWord(word);
        return new FilterWord(word.Text);
    }

    private void CountWord(FilterToken at)
    {
        if (++_words > MostWords)
            throw new FilterException(at.At, at.End - at.At, $"a filter looks for {MostWords} words at most");
    }

    private FilterExpression Compare(FilterToken name)
    {
        if (FilterSubjects.EndsNamed(name.Text) is { } ends)
        {
            var (meant, values) = Comparison((meant, sign, value) => Values.OfEnds(ends, meant, sign, value));
            return new FilterEndsComparison(ends, meant, values);
        }
        if (FilterSubjects.FieldNamed(name.Text) is not { } field)
            throw FilterSubjects.Unknown(name);
        var (asked, of) = Comparison((meant, sign, value) => Values.Of(field, meant, sign, value));
        return new FilterComparison(field, asked, of);
    }

    /// <summary>Behind a field's name: an operator and a value, or values in parentheses.</summary>
    /// <param name="valueOf">Reads a value; it may refuse it, or the operator.</param>
    private (FilterOperator Operator, ImmutableArray<FilterValue> Values) Comparison(
        Func<FilterOperator, FilterToken, FilterToken, FilterValue> valueOf)
    {
        if (IsKeyword(FilterWords.In))
            return (FilterOperator.Equal, List(Take(), valueOf));
        var sign = Take();
        var isEqual = sign.Kind == FilterTokenKind.Colon;
        if (isEqual && Peek.Kind == FilterTokenKind.Operator)
            (sign, isEqual) = (Take(), false);
        var meant = isEqual ? FilterOperator.Equal : FilterWords.OperatorOf(sign.Text);
        if (meant == FilterOperator.Contains)
            CountWord(sign);
        return (meant, [valueOf(meant, sign, Value(sign))]);
    }

    private ImmutableArray<FilterValue> List(
        FilterToken sign, Func<FilterOperator, FilterToken, FilterToken, FilterValue> valueOf)
    {
        var open = Take();
        var values = ImmutableArray.CreateBuilder<FilterValue>();
        while (true)
        {
            values.Add(valueOf(FilterOperator.Equal, sign, Value(open)));
            if (Peek.Kind == FilterTokenKind.Comma)
            {
                Take();
                continue;
            }
            if (Peek.Kind != FilterTokenKind.Close)
                throw Unexpected(Peek, "',' or ')' is expected");
            Take();
            return values.ToImmutable();
        }
    }

    private FilterToken Value(FilterToken before)
    {
        if (Peek.Kind is FilterTokenKind.Word or FilterTokenKind.Text)
            return Take();
        throw IsEnd(Peek)
            ? new FilterException(before.At, before.End - before.At, $"a value is expected behind '{before.Text}'")
            : Unexpected(Peek, "a value is expected");
    }

    private bool IsOr() => Peek.Kind == FilterTokenKind.Or || (IsKeyword(FilterWords.Or) && !IsEnd(After));

    private bool IsKeyword(string keyword) =>
        FilterWords.IsKeyword(Peek, keyword);

    private void Enter(FilterToken at)
    {
        if (++_level > MostLevels)
            throw new FilterException(at.At, 1, $"more than {MostLevels} parentheses or negations in each other");
    }

    private static bool IsEnd(FilterToken token) => token.Kind is FilterTokenKind.End or FilterTokenKind.Close;

    private static FilterException Unexpected(FilterToken token, string expected) =>
        new(token.At, token.End - token.At,
            token.Kind == FilterTokenKind.End ? expected : $"'{token.Text}' is not expected here: {expected}");
}

namespace Tcptop.Model.Filtering;

internal enum FilterTokenKind
{
    End,

    /// <summary>As it is typed: a name, a value, a keyword.</summary>
    Word,

    /// <summary>In quotes: never a keyword.</summary>
    Text,

    /// <summary><c>=</c>, <c>!=</c>, <c>&lt;</c> and the like.</summary>
    Operator,

    /// <summary>The colon behind a field's name.</summary>
    Colon,

    /// <summary><c>-</c> or <c>!</c> before a term.</summary>
    Not,

    /// <summary><c>&amp;&amp;</c></summary>
    And,

    /// <summary><c>||</c></summary>
    Or,
    Open,
    Close,
    Comma,
}

/// <param name="Kind">What it is.</param>
/// <param name="Text">What it says, without quotes.</param>
/// <param name="At">Where it begins in the expression,</param>
/// <param name="End">and where it ends.</param>
internal readonly record struct FilterToken(FilterTokenKind Kind, string Text, int At, int End);

using System.Collections.Immutable;
using Tcptop.Model.Fields;

namespace Tcptop.Model.Filtering;

public enum FilterOperator
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,

    /// <summary>In upper or lower case.</summary>
    Contains,
}

/// <summary>What a comparison asks of both ends of a connection.</summary>
public enum FilterEnds
{
    Port,
    Host,
    Net,
}

/// <summary>One tree for the screen, the files and the kernel: what is wanted of a row.</summary>
public abstract record FilterExpression
{
    /// <summary>Wants every row.</summary>
    public static readonly FilterExpression Everything = new FilterAll([]);

    public bool IsEverything => this is FilterAll { Terms.IsEmpty: true };

    /// <summary>What the host is asked for it.</summary>
    public abstract HostFact Asks { get; }

    /// <summary>Rows that both want.</summary>
    public FilterExpression And(FilterExpression other) =>
        IsEverything ? other : other.IsEverything ? this : new FilterAll([.. TermsOf(this), .. TermsOf(other)]);

    private static ImmutableArray<FilterExpression> TermsOf(FilterExpression expression) =>
        expression is FilterAll all ? all.Terms : [expression];
}

/// <summary>All of these; of none everything.</summary>
public sealed record FilterAll(ImmutableArray<FilterExpression> Terms) : FilterExpression
{
    public override HostFact Asks => Terms.Aggregate(HostFact.None, static (asks, term) => asks | term.Asks);

    public override string ToString() => string.Join(' ', Terms.Select(Within));

    private static string Within(FilterExpression term) => term is FilterAny ? $"({term})" : term.ToString();
}

/// <summary>At least one of these.</summary>
public sealed record FilterAny(ImmutableArray<FilterExpression> Terms) : FilterExpression
{
    public override HostFact Asks => Terms.Aggregate(HostFact.None, static (asks, term) => asks | term.Asks);

    public override string ToString() => string.Join(" or ", Terms);
}

public sealed record FilterNot(FilterExpression Term) : FilterExpression
{
    public override HostFact Asks => Term.Asks;

    public override string ToString() => Term is FilterAll or FilterAny ? $"not ({Term})" : $"not {Term}";
}

/// <summary>In an address, a port, the process, the container, the state, the protocol or a name.</summary>
public sealed record FilterWord(string Text) : FilterExpression
{
    public override HostFact Asks => HostFact.Cgroup;

    public override string ToString() => FilterWords.Quote(Text);
}

/// <summary>A field against values of which one is to hold. What is not known fulfils none, not even "!=".</summary>
public sealed record FilterComparison(Field Field, FilterOperator Operator, ImmutableArray<FilterValue> Values)
    : FilterExpression
{
    public override HostFact Asks => Field.Asks;

    public override string ToString() => FilterWords.Comparison(Field.Name, Operator, Values);
}

/// <summary>Either end against values of which one is to hold; "!=" of both.</summary>
public sealed record FilterEndsComparison(FilterEnds Ends, FilterOperator Operator, ImmutableArray<FilterValue> Values)
    : FilterExpression
{
    public override HostFact Asks => HostFact.None;

    public override string ToString() => FilterWords.Comparison(FilterWords.NameOf(Ends), Operator, Values);
}

/// <summary>What <c>tcp</c>, <c>udp</c>, <c>v4</c> and <c>v6</c> ask for.</summary>
/// <param name="Protocol">Null: any.</param>
/// <param name="IsIPv4">Of both ends; null: any.</param>
public sealed record FilterKind(Protocol? Protocol, bool? IsIPv4) : FilterExpression
{
    public override HostFact Asks => HostFact.None;

    public override string ToString() => Protocol is { } protocol ? protocol.Name() : IsIPv4 == true ? "v4" : "v6";
}

using System.CommandLine;
using System.CommandLine.Parsing;
using Tcptop.Table;

namespace Tcptop.Cli;

/// <summary>The flags that say which rows of a refresh are shown, in which order, and what of them.</summary>
internal sealed class RowFlags
{
    private readonly Option<ColumnChoice?> _columns = new("--columns")
    {
        Description = "Columns, on the screen and in every output: NAME,NAME, "
            + "or +NAME and -NAME to change the usual ones; see tcptop fields",
        HelpName = "NAMES",
        CustomParser = ParseColumns,
    };

    private readonly Option<SortOrder?> _sort = new("--sort")
    {
        Description = "Sort by this field: amounts from the largest, all else from the first; "
            + "-FIELD: the other way round (default rate_total)",
        HelpName = "FIELD",
        CustomParser = ParseSort,
    };

    private readonly Option<int?> _top = new("--top")
    {
        Description = "Only the first COUNT live rows, and all that ended",
        HelpName = "COUNT",
        CustomParser = static result =>
            FlagValues.One<int?>(result, "--top", CommandLine.TryCount, FlagValues.WholeNumbersTo(int.MaxValue)),
    };

    private readonly Option<bool> _closedOnly =
        new("--closed-only") { Description = "Only connections that ended, a row each" };
    private readonly Option<bool> _changed = new("--changed")
    {
        Description = "Only connections that moved data, began, ended or changed state since the last refresh",
    };

    private readonly Option<bool> _bytes = new("--bytes")
    {
        Description = "Text for awk: exact numbers, no blanks inside a value, no summary line",
    };

    private readonly Option<bool> _noHeader = new("--no-header") { Description = "No column names in text and CSV" };
    private readonly Option<bool> _now = new("--now")
    {
        Description = "With -n 1: print the first reading at once, without rates, instead of a second one",
    };

    /// <summary>For the screen, too.</summary>
    public IReadOnlyList<Option> OfView => [_columns, _sort];

    /// <summary>For batch output alone.</summary>
    public IReadOnlyList<Option> OfOutput => [_top, _closedOnly, _changed, _bytes, _noHeader, _now];

    public TcptopOptions AddTo(TcptopOptions options, ParseResult parsed) => options with
    {
        Columns = parsed.GetValue(_columns),
        IsExact = parsed.GetValue(_bytes),
        HasHeader = !parsed.GetValue(_noHeader),
        PrintsFirst = parsed.GetValue(_now),
        Rows = options.Rows with
        {
            Order = parsed.GetValue(_sort) ?? SortOrder.Default,
            Top = parsed.GetValue(_top) ?? int.MaxValue,
            Only = OnlyOf(parsed),
        },
    };

    /// <summary>Null, or what cannot be meant.</summary>
    /// <param name="parsed">The flags.</param>
    /// <param name="options">What the others come to.</param>
    public string? FindContradiction(ParseResult parsed, TcptopOptions options)
    {
        foreach (var option in OfOutput)
        {
            if (!options.Batch && parsed.GetResult(option) is { Implicit: false })
                return $"{option.Name} needs batch output: add --batch";
        }
        if (options.ChosenFields is { IsEmpty: true })
            return "--columns leaves no column";
        if (parsed.GetValue(_closedOnly) && parsed.GetValue(_changed))
            return "--closed-only and --changed cannot be combined: what ended has changed";
        if (parsed.GetValue(_bytes) && options.Format != OutputFormat.Text)
            return "--bytes is for text: CSV and JSON have exact numbers anyway";
        if (parsed.GetValue(_noHeader) && options.Format == OutputFormat.Json)
            return "--no-header is for text and CSV: JSON has no header";
        if (parsed.GetValue(_noHeader) && options.IsLogFile)
            return "--log and --no-header cannot be combined: a log is known by its header";
        if (!parsed.GetValue(_now))
            return null;
        if (options.Count != 1)
            return "--now needs -n 1: with more refreshes the first one is printed at once";
        return parsed.GetValue(_changed)
            ? "--changed and --now cannot be combined: there is no refresh before the first"
            : null;
    }

    private RowChoices OnlyOf(ParseResult parsed)
    {
        if (parsed.GetValue(_closedOnly))
            return RowChoices.Closed;
        return parsed.GetValue(_changed) ? RowChoices.Changed : RowChoices.All;
    }

    private static ColumnChoice? ParseColumns(ArgumentResult result)
    {
        var choice = ColumnChoice.Parse(result.Tokens.Count == 1 ? result.Tokens[0].Value : "", out var mistake);
        if (choice is null)
            result.AddError($"--columns: {mistake}");
        return choice;
    }

    private static SortOrder? ParseSort(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        var isReversed = text.StartsWith('-');
        if (FieldNames.Find(isReversed ? text[1..] : text.TrimStart('+'), out var mistake) is not { } field)
        {
            result.AddError($"--sort: {mistake}");
            return null;
        }
        return isReversed ? SortOrder.By(field).Reverse() : SortOrder.By(field);
    }
}

using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Tcptop;

/// <summary>The flags, what they allow, and what is said about those that are not allowed.</summary>
internal sealed class CommandLine
{
    private const int HelpColumns = 80;

    private readonly RootCommand _root;
    private readonly Option<TimeSpan?> _interval;
    private readonly Option<bool> _batch = new("--batch", "-b") { Description = "Print snapshots to standard output instead of the full-screen view" };
    private readonly Option<int?> _count;
    private readonly Option<OutputFormat> _format;
    private readonly Option<bool> _noColor = new("--no-color") { Description = "Full-screen view without colours (also: NO_COLOR in the environment)" };
    private readonly Option<bool> _version = new("--version") { Description = "Show the version and exit" };
    private readonly HelpOption _help = new("--help", "-h") { Description = "Show this help and exit" };

    public CommandLine()
    {
        _interval = new Option<TimeSpan?>("--interval")
        {
            Description = "Time between refreshes, 0.1 to 3600, fractions allowed (default 1)",
            HelpName = "SECONDS",
            CustomParser = ParseInterval,
        };
        _count = new Option<int?>("-n") { Description = "Exit after COUNT refreshes", HelpName = "COUNT", CustomParser = ParseCount };
        _format = new Option<OutputFormat>("--format")
        {
            Description = "Form of batch output: text, or json for one object a line (default text)",
            HelpName = "text|json",
            CustomParser = ParseFormat,
        };
        _root = new RootCommand("Shows every TCP connection of this host, live, with exact totals, as the kernel counts them.");
        _help.Action = new HelpAction { MaxWidth = HelpColumns };
        _root.Options.Clear();
        foreach (Option option in new Option[] { _interval, _batch, _count, _format, _noColor, _version, _help })
            _root.Options.Add(option);
    }

    /// <summary>The options, or the text to print and the exit code where there is nothing to run.</summary>
    public (TcptopOptions? Options, string Text, int ExitCode) Parse(IReadOnlyList<string> arguments, bool stdoutIsTerminal)
    {
        var parsed = _root.Parse(arguments);
        if (FindMistake(parsed) is { } mistake)
            return (null, $"error: {mistake}\n", ExitCode.BadUsage);
        if (parsed.GetResult(_help) is not null)
            return (null, Help(), ExitCode.Ok);
        if (parsed.GetValue(_version))
            return (null, $"tcptop {ProgramVersion.Text}\n", ExitCode.Ok);
        var batch = parsed.GetValue(_batch) || !stdoutIsTerminal;
        if (!batch && parsed.GetResult(_format) is not null)
            return (null, "error: --format is for batch output: add --batch\n", ExitCode.BadUsage);
        var defaults = new TcptopOptions();
        var options = defaults with
        {
            Interval = parsed.GetValue(_interval) ?? defaults.Interval,
            Batch = batch,
            Count = parsed.GetValue(_count),
            Format = parsed.GetValue(_format),
            NoColor = parsed.GetValue(_noColor),
        };
        return (options, "", ExitCode.Ok);
    }

    /// <summary>The first thing wrong, in one line; an unknown flag comes before the errors that it causes.</summary>
    private string? FindMistake(ParseResult parsed)
    {
        if (parsed.UnmatchedTokens.Count != 0)
        {
            var token = parsed.UnmatchedTokens[0];
            var near = NearestName.Find(token.Split('=')[0], KnownNames());
            var kind = token.StartsWith('-') ? "option" : "argument";
            return $"unknown {kind} {SingleLine(token)}{(near is null ? "; see tcptop --help" : $"; did you mean {near}?")}";
        }
        if (parsed.Errors.Count == 0)
            return null;
        foreach (var option in parsed.CommandResult.Children.OfType<OptionResult>())
        {
            if (option.IdentifierTokenCount > 1)
                return $"{option.Option.Name} may be given once only";
            if (option.Tokens.Count == 0 && option.Option.HelpName is { } value)
                return $"{option.Option.Name} needs a value: {value}";
        }
        return SingleLine(parsed.Errors[0].Message);
    }

    private IEnumerable<string> KnownNames()
    {
        foreach (var option in _root.Options)
        {
            yield return option.Name;
            foreach (var alias in option.Aliases)
                yield return alias;
        }
    }

    private string Help()
    {
        var text = new StringWriter();
        _root.Parse(["--help"]).Invoke(new InvocationConfiguration { Output = text });
        // Where it wraps a line, the library leaves the space at its end.
        return string.Join('\n', text.ToString().Split('\n').Select(line => line.TrimEnd()));
    }

    private static TimeSpan? ParseInterval(ArgumentResult result)
    {
        var text = OnlyToken(result);
        var minimum = TcptopOptions.MinimumInterval.TotalSeconds;
        var maximum = TcptopOptions.MaximumInterval.TotalSeconds;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds >= minimum && seconds <= maximum)
            return TimeSpan.FromSeconds(seconds);
        return Refuse<TimeSpan?>(result, "--interval", text, string.Create(CultureInfo.InvariantCulture, $"a number of seconds from {minimum} to {maximum}"));
    }

    private static int? ParseCount(ArgumentResult result)
    {
        var text = OnlyToken(result);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
            ? count
            : Refuse<int?>(result, "-n", text, $"a whole number from 1 to {int.MaxValue}");
    }

    private static OutputFormat ParseFormat(ArgumentResult result) => OnlyToken(result) switch
    {
        "text" => OutputFormat.Text,
        "json" => OutputFormat.Json,
        var other => Refuse<OutputFormat>(result, "--format", other, "text or json"),
    };

    private static string OnlyToken(ArgumentResult result) => result.Tokens.Count == 1 ? result.Tokens[0].Value : "";

    private static T? Refuse<T>(ArgumentResult result, string flag, string value, string allowed)
    {
        result.AddError($"{flag} '{SingleLine(value)}' is not allowed: give {allowed}");
        return default;
    }

    /// <summary>What the user typed may hold anything, and goes to a terminal.</summary>
    private static string SingleLine(string text) => string.Create(text.Length, text, static (span, source) =>
    {
        for (var i = 0; i < span.Length; i++)
            span[i] = char.IsControl(source[i]) ? '?' : source[i];
    });
}

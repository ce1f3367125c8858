using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Tcptop.Lifetime;
using Tcptop.Model;
using Tcptop.Streams;

namespace Tcptop.Cli;

/// <summary>
/// What a command line comes to: options, or the text to print and the exit code where there is nothing to
/// run.
/// </summary>
internal sealed record ParsedCommandLine(TcptopOptions? Options, string Text, int ExitCode)
{
    /// <summary>In place of the options, where <c>tcptop trace</c> is asked for.</summary>
    public TraceRunOptions? Trace { get; init; }
}

/// <summary>The flags, and what is said about those that are not allowed.</summary>
internal sealed class CommandLine
{
    private const string Purpose =
        "Shows every TCP connection and UDP flow on this host, live, with exact totals and the owning process.";

    private static readonly string[] Examples =
    [
        "sudo tcptop                              the screen; q ends it",
        "sudo tcptop --port 443 --process nginx   one service",
        "sudo tcptop --all --batch -n 1           one snapshot, with listeners",
        "sudo tcptop --columns +age_s,user --sort age_s",
        "sudo tcptop -b | grep --line-buffered CLOSE_WAIT",
        "sudo tcptop -b --format json | jq 'select(.closed)'",
        "sudo tcptop --log /var/tmp/net.csv --interval 10",
        "sudo tcptop trace --process curl",
    ];

    private static readonly string[] Usages =
    [
        "tcptop [FLAGS]",
        "tcptop trace [FLAGS]    one line per event: see tcptop trace --help",
        "tcptop fields [FLAGS]   what can be a column: see tcptop fields --help",
    ];

    // No response files: a name may begin with @.
    private static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null };

    private readonly RootCommand _root;
    private readonly Option<TimeSpan?> _interval;
    private readonly FilterFlags _filter = new();
    private readonly RowFlags _rows = new();
    private readonly Option<bool> _all =
        new("--all", "-a") { Description = "Also show LISTEN, TIME_WAIT and SYN_RECV sockets" };
    private readonly Option<TimeSpan?> _udpIdle;
    private readonly Option<bool> _batch =
        new("--batch", "-b") { Description = "Print snapshots to standard output instead of the full-screen view" };
    private readonly Option<int?> _count;
    private readonly Option<int?> _maxRows;
    private readonly Option<OutputFormat> _format;
    private readonly Option<string?> _log = new("--log")
    {
        Description =
            "Write CSV to FILE (- for standard output) until stopped; overwrites an existing FILE; SIGUSR1 reopens it",
        HelpName = "FILE",
        CustomParser = static result =>
            FlagValues.One<string?>(result, "--log", TryFile, "a file name, or - for standard output"),
    };
    private readonly Option<bool> _append =
        new("--append") { Description = "With --log: append to an existing FILE instead of overwriting it" };
    private readonly Option<bool> _noColor =
        new("--no-color") { Description = "Draw the screen without colours, as NO_COLOR in the environment does" };
    private readonly Option<bool> _version =
        new("--version") { Description = "Show version, commit, libbpf and runtime, and exit" };
    private readonly HelpOption _help = new("--help", "-h") { Description = "Show this help and exit" };
    private readonly TraceCommand _trace = new();
    private readonly FieldsCommand _fields = new();

    public CommandLine()
    {
        _interval = Seconds(
            "--interval", "Seconds between refreshes, 0.1 to 3600, fractions allowed (default 1)",
            TcptopOptions.MinimumInterval, TcptopOptions.MaximumInterval);
        _udpIdle = Seconds(
            "--udp-idle", "Seconds without a datagram after which a UDP flow ends, 0.1 to 3600 (default 5)",
            TcptopOptions.MinimumUdpIdle, TcptopOptions.MaximumUdpIdle);
        _count = new Option<int?>("-n")
        {
            Description = "Exit after COUNT refreshes",
            HelpName = "COUNT",
            CustomParser = ParseCount
        };
        _maxRows = new Option<int?>("--max-rows")
        {
            Description = $"Write at most COUNT rows per refresh, 0 for all (default {TcptopOptions.DefaultMaxRows})",
            HelpName = "COUNT",
            CustomParser = static result =>
                FlagValues.One<int?>(result, "--max-rows", TryMaxRows, $"a whole number from 0 to {int.MaxValue}"),
        };
        _format = new Option<OutputFormat>("--format")
        {
            Description = "Batch output format: text, json (one object per line) or csv (default text)",
            HelpName = "text|json|csv",
            CustomParser = static result =>
                FlagValues.One<OutputFormat>(result, "--format", TryBatchFormat, "text, json or csv"),
        };
        Groups =
        [
            new("View", [_interval, _all, _udpIdle, .. _rows.OfView]),
            new("Filters (different flags are ANDed, a repeated flag is ORed)", _filter.All),
            new("Output", [_batch, _format, _log, _append, _count, _maxRows, .. _rows.OfOutput]),
            new("Other", [_noColor, _version, _help]),
        ];
        _root = new RootCommand(Purpose);
        _root.Options.Clear();
        foreach (var group in Groups)
            group.AddTo(_root);
        _root.Subcommands.Add(_trace.Command);
        _root.Subcommands.Add(_fields.Command);
        // Without one the library would ask for a command. What is to be done is read off the result.
        _root.SetAction(static _ => ExitCode.Ok);
    }

    /// <summary>The flags of the program itself, in the order of the help.</summary>
    public IReadOnlyList<FlagGroup> Groups { get; }

    /// <summary>For those who write about the flags: completions, the test of the manual page.</summary>
    public Command Definition => _root;

    public ParsedCommandLine Parse(IReadOnlyList<string> arguments, bool stdoutIsTerminal)
    {
        // The library would take it for a directive of its own, and pass over it.
        if (arguments.Count != 0 && arguments[0].StartsWith('['))
            return Refuse($"unknown argument {SingleLine.Of(arguments[0])}; see tcptop --help");
        var parsed = _root.Parse(arguments, Parsing);
        if (FindMistake(parsed) is { } mistake)
            return Refuse(mistake);
        if (parsed.CommandResult.Command == _trace.Command)
            return parsed.GetResult(_trace.Help) is not null
                ? Say(_trace.HelpText)
                : new ParsedCommandLine(null, "", ExitCode.Ok) { Trace = _trace.OptionsOf(parsed) };
        if (parsed.CommandResult.Command == _fields.Command)
            return Say(parsed.GetResult(_fields.Help) is not null ? _fields.HelpText : _fields.TextOf(parsed));
        if (parsed.GetResult(_help) is not null)
            return Say(HelpText.Write(Purpose, Usages, Groups, Examples));
        if (parsed.GetValue(_version))
            return Say(ProgramVersion.Text);
        var batch = parsed.GetValue(_batch) || !stdoutIsTerminal;
        if (FindContradiction(parsed, batch) is { } contradiction)
            return Refuse(contradiction);
        var options = OptionsOf(parsed, batch);
        return _rows.FindContradiction(parsed, options) is { } clash
            ? Refuse(clash)
            : new ParsedCommandLine(options, "", ExitCode.Ok);
    }

    private static ParsedCommandLine Refuse(string mistake) => new(null, $"error: {mistake}\n", ExitCode.BadUsage);

    private static ParsedCommandLine Say(string text) => new(null, text, ExitCode.Ok);

    private string? FindContradiction(ParseResult parsed, bool batch)
    {
        if (parsed.GetValue(_append) && parsed.GetValue(_log) is null or "-")
            return "--append needs a log file: add --log FILE";
        if (!batch && parsed.GetResult(_maxRows) is not null && parsed.GetValue(_log) is null)
            return "--max-rows needs batch output: add --batch";
        if (parsed.GetValue(_log) is null)
            return !batch && parsed.GetResult(_format) is not null ? "--format needs batch output: add --batch" : null;
        if (parsed.GetValue(_batch))
            return "--log and --batch cannot be combined: --batch --format csv prints the same to standard output";
        if (parsed.GetResult(_format) is not null)
            return "--log and --format cannot be combined: a log is CSV; for another format, use --batch --format FORMAT > FILE";
        return parsed.GetValue(_noColor) ? "--log and --no-color cannot be combined: a log has no screen" : null;
    }

    private TcptopOptions OptionsOf(ParseResult parsed, bool batch)
    {
        var defaults = new TcptopOptions();
        var log = parsed.GetValue(_log);
        var options = _rows.AddTo(defaults, parsed);
        return options with
        {
            Interval = parsed.GetValue(_interval) ?? defaults.Interval,
            Filter = _filter.Filter(parsed),
            ShowAll = parsed.GetValue(_all),
            UdpIdle = parsed.GetValue(_udpIdle) ?? defaults.UdpIdle,
            Batch = batch || log is not null,
            Count = parsed.GetValue(_count),
            Rows = options.Rows with { MaxRows = parsed.GetValue(_maxRows) ?? options.Rows.MaxRows },
            Format = log is null ? parsed.GetValue(_format) : OutputFormat.Csv,
            Log = log,
            Append = parsed.GetValue(_append),
            NoColor = parsed.GetValue(_noColor),
        };
    }

    /// <summary>The first thing wrong, in one line; an unknown flag comes before the errors that it causes.</summary>
    private string? FindMistake(ParseResult parsed)
    {
        if (parsed.UnmatchedTokens.Count != 0)
            return Unknown(parsed.UnmatchedTokens[0], parsed.CommandResult.Command);
        // What stands before the name of a command is meant for the whole program, of which the command has
        // another idea.
        if (parsed.CommandResult.Parent is CommandResult root
            && root.Children.OfType<OptionResult>().FirstOrDefault(option => !option.Implicit) is { } early)
            return $"{early.IdentifierToken?.Value ?? early.Option.Name} must come after {parsed.CommandResult.Command.Name}";
        foreach (var option in parsed.CommandResult.Children.OfType<OptionResult>())
        {
            if (option.Option.HelpName is not { } value)
            {
                if (option.Tokens.Count != 0)
                    return $"{option.Option.Name} takes no value";
                continue;
            }
            if (option.IdentifierTokenCount > 1 && option.Option.Arity.MaximumNumberOfValues == 1)
                return $"{option.Option.Name} may be given only once";
            // One that may be given again has to have a value each time.
            if (option.Tokens.Count < option.IdentifierTokenCount)
                return $"{option.Option.Name} needs a value: {value}";
        }
        return parsed.Errors.Count == 0 ? null : SingleLine.Of(parsed.Errors[0].Message);
    }

    /// <summary>A flag of the program may be none of the command's.</summary>
    private string Unknown(string token, Command command)
    {
        var name = token.Split('=')[0];
        var (of, seeHelp) =
            command == _root ? ("", "tcptop --help") : ($" for {command.Name}", $"tcptop {command.Name} --help");
        if (command != _root && KnownNames(_root).Contains(name))
            return $"{command.Name} has no {name}; see {seeHelp}";
        var near = NearestName.Find(name, KnownNames(command));
        var kind = token.StartsWith('-') ? "option" : "argument";
        return $"unknown {kind} {SingleLine.Of(token)}{of}{(near is null ? $"; see {seeHelp}" : $"; did you mean {near}?")}";
    }

    private static IEnumerable<string> KnownNames(Command command)
    {
        foreach (var symbol in command.Children)
        {
            yield return symbol.Name;
            if (symbol is not Option option)
                continue;
            foreach (var alias in option.Aliases)
                yield return alias;
        }
    }

    private static Option<TimeSpan?> Seconds(string flag, string description, TimeSpan minimum, TimeSpan maximum) =>
        new(flag)
        {
            Description = description,
            HelpName = "SECONDS",
            CustomParser = result => FlagValues.One(
                result, flag,
                (string text, out TimeSpan? time) => TrySeconds(text, minimum, maximum, out time),
                FlagValues.Seconds(minimum, maximum)),
        };

    private static bool TrySeconds(string text, TimeSpan minimum, TimeSpan maximum, out TimeSpan? time)
    {
        var isAllowed = FlagValues.TrySeconds(text, minimum, maximum, out var known);
        time = known;
        return isAllowed;
    }

    internal static int? ParseCount(ArgumentResult result) =>
        FlagValues.One<int?>(result, "-n", TryCount, FlagValues.WholeNumbersTo(int.MaxValue));

    internal static bool TryCount(string text, out int? count)
    {
        var isCount = FlagValues.TryWholeNumber(text, int.MaxValue, out var number);
        count = number;
        return isCount;
    }

    /// <summary>0 means all: the largest number there is, which no refresh reaches.</summary>
    private static bool TryMaxRows(string text, out int? rows)
    {
        rows = int.MaxValue;
        return text == "0" || TryCount(text, out rows);
    }

    private static bool TryFile(string text, out string? file) => (file = text).Length != 0;

    private static bool TryBatchFormat(string text, out OutputFormat format)
    {
        if (text != "csv")
            return TryFormat(text, out format);
        format = OutputFormat.Csv;
        return true;
    }

    /// <summary>Of commands that print text or JSON.</summary>
    internal static Option<OutputFormat> TextOrJson() => new("--format")
    {
        Description = "Output format: text, or json with one object per line (default text)",
        HelpName = "text|json",
        CustomParser = static result => FlagValues.One<OutputFormat>(result, "--format", TryFormat, "text or json"),
    };

    private static bool TryFormat(string text, out OutputFormat format)
    {
        format = text == "json" ? OutputFormat.Json : OutputFormat.Text;
        return text is "text" or "json";
    }
}

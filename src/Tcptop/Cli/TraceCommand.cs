using System.CommandLine;
using System.CommandLine.Help;
using Tcptop.Collectors.Ebpf.Trace;

namespace Tcptop.Cli;

/// <summary>The command <c>trace</c> and its flags.</summary>
internal sealed class TraceCommand
{
    public const string Name = "trace";

    private static readonly string[] Examples =
    [
        "sudo tcptop trace --process curl",
        "sudo tcptop trace --port 53 --udp --format json",
        "sudo tcptop trace --buffer 64M > events.txt",
    ];

    private readonly FilterFlags _filter = new(what: "events", maxProcessNames: TraceOptions.MaxProcessNames);
    private readonly Option<OutputFormat> _format = CommandLine.TextOrJson();

    private readonly Option<int?> _count = new("-n")
    {
        Description = "Exit after COUNT events",
        HelpName = "COUNT",
        CustomParser = CommandLine.ParseCount
    };
    private readonly Option<uint?> _buffer = new("--buffer")
    {
        Description = "Memory for events waiting to be printed: bytes, or 512K, 16M, 1G; rounded up to a power of two (default 4M)",
        HelpName = "SIZE",
        CustomParser = static result => FlagValues.One<uint?>(result, "--buffer", TryBuffer, BufferSize.Allowed),
    };

    public TraceCommand()
    {
        Groups =
        [
            new("Filters (different flags are ANDed, a repeated flag is ORed)", _filter.All),
            new("Output", [_format, _count, _buffer]),
            new("Other", [Help]),
        ];
        foreach (var group in Groups)
            group.AddTo(Command);
    }

    public IReadOnlyList<FlagGroup> Groups { get; }

    public string HelpText =>
        Tcptop.Cli.HelpText.Write(Command.Description!, ["tcptop trace [FLAGS]"], Groups, Examples);

    public Command Command { get; } = new(
        Name, "Prints a line for each send, receive and TCP state change, as it happens. Events that a filter rejects cost next to nothing.");

    public HelpOption Help { get; } = new("--help", "-h") { Description = "Show this help and exit" };

    public TraceRunOptions OptionsOf(ParseResult parsed)
    {
        var defaults = new TraceRunOptions();
        return defaults with
        {
            Filter = _filter.Filter(parsed),
            Format = parsed.GetValue(_format),
            Count = parsed.GetValue(_count),
            BufferBytes = parsed.GetValue(_buffer) ?? defaults.BufferBytes,
        };
    }

    private static bool TryBuffer(string text, out uint? bytes)
    {
        var isSize = BufferSize.TryParse(text, out var known);
        bytes = known;
        return isSize;
    }
}

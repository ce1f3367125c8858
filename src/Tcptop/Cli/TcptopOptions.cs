using System.Collections.Immutable;
using Tcptop.Collectors.Ebpf;
using Tcptop.Model;
using Tcptop.Model.Fields;
using Tcptop.Table;

namespace Tcptop.Cli;

internal enum OutputFormat
{
    Text,
    Json,
    Csv,
}

/// <summary>What the user asked for, checked.</summary>
internal sealed record TcptopOptions
{
    public static readonly TimeSpan MinimumInterval = TimeSpan.FromSeconds(0.1);
    public static readonly TimeSpan MaximumInterval = TimeSpan.FromHours(1);

    public static readonly TimeSpan MinimumUdpIdle = TimeSpan.FromSeconds(0.1);
    public static readonly TimeSpan MaximumUdpIdle = TimeSpan.FromHours(1);

    /// <summary>For <see cref="RowsRequest.MaxRows"/>.</summary>
    public const int DefaultMaxRows = 1_000_000;

    /// <summary>Time from one refresh to the next.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The connections that are shown, counted and added up.</summary>
    public ConnectionFilter Filter { get; init; } = ConnectionFilter.None;

    /// <summary>Also what is no connection: LISTEN, TIME_WAIT and SYN_RECV.</summary>
    public bool ShowAll { get; init; }

    /// <summary>A UDP flow that moved nothing for so long has ended.</summary>
    public TimeSpan UdpIdle { get; init; } = EbpfOptions.DefaultUdpIdle;

    /// <summary>
    /// Snapshots to standard output, no terminal control; also what happens when standard output is no
    /// terminal.
    /// </summary>
    public bool Batch { get; init; }

    /// <summary>Refreshes until the program ends by itself; null: until it is stopped.</summary>
    public int? Count { get; init; }

    /// <summary>The rows of a refresh that are written, and their order, the screen's too.</summary>
    public RowsRequest Rows { get; init; } = new() { MaxRows = DefaultMaxRows };

    /// <summary>Null: the usual ones.</summary>
    public ColumnChoice? Columns { get; init; }

    /// <summary>Those of the output when none are asked for.</summary>
    public ImmutableArray<Field> UsualFields => FieldList.In(this switch
    {
        { Batch: false } => FieldViews.Screen,
        { Format: OutputFormat.Text } => FieldViews.Text | FieldViews.TextIfAny,
        _ => FieldViews.Files,
    });

    /// <summary>Null: the usual ones; never empty.</summary>
    public ImmutableArray<Field>? ChosenFields => Columns?.Of(UsualFields);

    /// <summary>Text is for programs.</summary>
    public bool IsExact { get; init; }

    /// <summary>Names of columns stand above them.</summary>
    public bool HasHeader { get; init; } = true;

    /// <summary>Of one refresh alone: what is read first is printed, without rates.</summary>
    public bool PrintsFirst { get; init; }

    public OutputFormat Format { get; init; } = OutputFormat.Text;

    /// <summary>
    /// CSV to this file instead, "-" for standard output; null: no log. Then <see cref="Batch"/> and the
    /// format are set too.
    /// </summary>
    public string? Log { get; init; }

    public bool IsLogFile => Log is not null and not "-";

    /// <summary>A log that is there goes on.</summary>
    public bool Append { get; init; }

    public bool NoColor { get; init; }
}

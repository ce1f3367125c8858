using Tcptop;
using Tcptop.Cli;
using Tcptop.Collectors.Ebpf;
using Tcptop.Collectors.Ebpf.Trace;
using Tcptop.Lifetime;
using Tcptop.Linux;
using Tcptop.Linux.Naming;
using Tcptop.Model;
using Tcptop.Model.Fields;
using Tcptop.Outputs;
using Tcptop.Outputs.Csv;
using Tcptop.Outputs.Json;
using Tcptop.Outputs.Text;
using Tcptop.Outputs.Trace;
using Tcptop.Sessions;
using Tcptop.Streams;
using Tcptop.Tui;
using Tcptop.Tui.Terminal;

const string NeedsRoot = "error: tcptop requires root privileges. Run with sudo.";

try
{
    StandardStreams.FillClosed();
    // Before there is another thread.
    EffectiveCapabilities.LowerAtStart();
    LastWords.Register(Report);
    // As early as can be: SIGUSR1 ends a process that has not asked for it.
    var reopen = new ReopenSignal();
    var parsed = new CommandLine().Parse(RawArguments.Of(args), StandardStreams.OutputIsTerminal);
    if (parsed.Options is { } options)
        return await Run(options, reopen);
    if (parsed.Trace is { } trace)
        return await RunTrace(trace);
    var (_, text, exitCode) = parsed;
    if (exitCode == ExitCode.Ok)
        StandardStreams.Write(text);
    else
        StandardStreams.WriteError(text.TrimEnd());
    return exitCode;
}
catch (SamplingException e)
{
    return Report(e.InnerException!);
}
catch (Exception e)
{
    return Report(e);
}

static async Task<int> Run(TcptopOptions options, ReopenSignal reopen)
{
    // Before anything is attached: to be stopped is a normal end at any time.
    using var stop = new StopSignals();
    await using var collector = new EbpfCollector(
        new EbpfOptions { AllSockets = options.ShowAll, UdpIdle = options.UdpIdle });
    // All that can be refused is refused here, before anything touches the terminal.
    collector.BootstrapExisting();
    if (stop.Requested)
        return ExitCode.Ok;
    // Not sooner: a run that is refused leaves an older log alone.
    using var file = options.IsLogFile ? OutputFile.Log(options.Log!, options.Append) : OutputFile.StandardOutput();
    reopen.Reopens(file);
    using var host = new HostFacts(TimeProvider.System);
    var sampler = new Sampler(collector, TimeProvider.System, options.Filter, host);
    if (!options.Batch)
    {
        using var session = new ScreenSession(options, sampler, collector.Description.Missing, stop);
        return session.Run();
    }
    foreach (var missing in collector.Description.Missing)
        StandardStreams.WriteError($"note: not seen: {missing}");
    return new BatchSession(options, sampler, OutputOf(options, host, file.IsTerminal), host, file, stop).Run();
}

static IOutput OutputOf(TcptopOptions options, IHostFacts host, bool forTerminal)
{
    return options.Format switch
    {
        OutputFormat.Csv => new CsvOutput(host, options.ChosenFields, forTerminal) { HasHeader = options.HasHeader },
        OutputFormat.Json => new JsonLinesOutput(host, options.ChosenFields),
        _ => new TextOutput(TextOptionsOf(options), host),
    };
}

static TextOptions TextOptionsOf(TcptopOptions options)
{
    var fields = options.ChosenFields ?? options.UsualFields;
    return new TextOptions
    {
        // A program counts columns: they are the same in each refresh, and one of them says which rows are the last.
        Fields = options.IsExact && !fields.Contains(FieldList.Closed) ? [.. fields, FieldList.Closed] : fields,
        OnlyIfAny = options.IsExact
            ? []
            : [.. FieldList.In(FieldViews.TextIfAny).Where(field => options.Columns?.Names(field) != true)],
        IsExact = options.IsExact,
        HasHeader = options.HasHeader,
    };
}

static async Task<int> RunTrace(TraceRunOptions options)
{
    using var stop = new StopSignals();
    await using var collector = new TraceCollector(options.ToCollector());
    collector.BootstrapExisting();
    foreach (var missing in collector.Description.Missing)
        StandardStreams.WriteError($"note: {missing}");
    var clock = new EventClock(TimeProvider.System, LocalTime.OffsetAt, () => MonotonicClock.NowNs);
    ITraceOutput output = options.Format == OutputFormat.Json ? new TraceJsonOutput(clock) : new TraceTextOutput(clock);
    return new TraceSession(options, collector, output, stop).Run();
}

static int Report(Exception failure)
{
    if (failure is StreamException || FileLimit.UsedUp is not { } limit)
        return ReportCause(failure);
    StandardStreams.WriteError($"error: {limit}");
    return ExitCode.Unsupported;
}

static int ReportCause(Exception failure)
{
    if (FileLimit.Reached(failure) is { } limit)
    {
        StandardStreams.WriteError($"error: {limit}");
        return ExitCode.Unsupported;
    }
    switch (failure)
    {
        case StreamException { ReaderHasGone: true }:
            return ExitCode.Ok;
        case PrivilegeException lacking:
            StandardStreams.WriteError(NeedsRoot);
            if (lacking.IsPartial)
                StandardStreams.WriteError($"{lacking.Message}.");
            return ExitCode.NoPrivilege;
        case OutOfMemoryException or ThreadStartException:
        case IOException when ThreadLimit.IsOfSignals(failure):
            StandardStreams.WriteError(ThreadLimit.IsCauseOf(failure)
                ? $"error: {ThreadLimit.Message}"
                : "error: out of memory; check the limits of this shell (ulimit -a) and of its cgroup");
            return ExitCode.Failed;
        case TypeInitializationException { InnerException: { } inner }:
            return Report(inner);
        case { } known when ExitCodeOf(known) is { } code:
            StandardStreams.WriteError($"error: {known.Message}");
            return code;
        default:
            StandardStreams.WriteError($"error: internal error, please report it: {failure.GetType().Name}: {failure.Message.ReplaceLineEndings(" ")}");
            return ExitCode.Failed;
    }
}

// Of failures whose message says all; null of others.
static int? ExitCodeOf(Exception failure) => failure switch
{
    BorrowedRightsException => ExitCode.NoPrivilege,
    KernelException { Errno: KernelException.OutOfMemory } => ExitCode.Failed,
    UnsupportedHostException or KernelException => ExitCode.Unsupported,
    StreamException { IsWrongFile: true } => ExitCode.BadUsage,
    TerminalException or StreamException => ExitCode.Failed,
    _ => null,
};

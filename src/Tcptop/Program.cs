using Tcptop;
using Tcptop.Collectors.Ebpf;
using Tcptop.Collectors.Ebpf.Trace;
using Tcptop.Collectors.Processes;
using Tcptop.Libbpf;
using Tcptop.Model;
using Tcptop.Outputs;
using Tcptop.Outputs.Csv;
using Tcptop.Outputs.Json;
using Tcptop.Outputs.Text;
using Tcptop.Outputs.Trace;
using Tcptop.Tui;

const string NeedsRoot = "error: tcptop requires root privileges. Run with sudo.";

try
{
    StandardStreams.FillClosed();
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
    await using var collector = new EbpfCollector(new EbpfOptions { AllSockets = options.ShowAll, UdpIdle = options.UdpIdle });
    // All that can be refused is refused here, before anything touches the terminal.
    collector.BootstrapExisting();
    if (stop.Requested)
        return ExitCode.Ok;
    // Not sooner: a run that is refused leaves an older log alone.
    using var file = options.IsLogFile ? OutputFile.Log(options.Log!, options.Append) : OutputFile.StandardOutput();
    reopen.Reopens(file);
    await collector.StartAsync(events: null, CancellationToken.None);
    using var host = new HostFacts(TimeProvider.System);
    if (!options.Batch)
    {
        using var session = new ScreenSession(options, new ScreenSampler(collector, TimeProvider.System, options.Filter, host), collector.Description.Missing, stop);
        return session.Run();
    }
    foreach (var missing in collector.Description.Missing)
        StandardStreams.WriteError($"note: not seen: {missing}");
    IOutput output = options.Format switch
    {
        OutputFormat.Csv => new CsvOutput(host, forTerminal: file.IsTerminal),
        OutputFormat.Json => new JsonLinesOutput(host),
        _ => new TextOutput(),
    };
    return new BatchSession(options, new Sampler(collector, TimeProvider.System, options.Filter), output, file, stop).Run();
}

static async Task<int> RunTrace(TraceRunOptions options)
{
    using var wake = new WakeSignal();
    using var stop = new StopSignals();
    await using var collector = new TraceCollector(options.ToCollector());
    collector.BootstrapExisting();
    foreach (var missing in collector.Description.Missing)
        StandardStreams.WriteError($"note: {missing}");
    var clock = new EventClock(TimeProvider.System, LocalTime.OffsetAt, () => MonotonicClock.NowNs);
    ITraceOutput output = options.Format == OutputFormat.Json ? new TraceJsonOutput(clock) : new TraceTextOutput(clock);
    return new TraceSession(options, collector, output, stop, wake).Run();
}

static int Report(Exception failure)
{
    switch (failure)
    {
        case StreamException { ReaderHasGone: true }:
            return ExitCode.Ok;
        case PrivilegeException lacking:
            StandardStreams.WriteError(NeedsRoot);
            if (lacking.IsPartial)
                StandardStreams.WriteError($"{lacking.Message}.");
            return ExitCode.NoPrivilege;
        case BpfException { Errno: BpfException.TooManyOpenFiles }:
            StandardStreams.WriteError($"error: {failure.Message}; raise the limit (ulimit -n)");
            return ExitCode.Unsupported;
        case UnsupportedHostException or BpfException:
            StandardStreams.WriteError($"error: {failure.Message}");
            return ExitCode.Unsupported;
        case OutOfMemoryException:
            StandardStreams.WriteError("error: out of memory; check the limits of this shell (ulimit -a) and of its cgroup");
            return ExitCode.Unsupported;
        case TypeInitializationException { InnerException: { } inner }:
            return Report(inner);
        case IOException { HResult: BpfException.TooManyOpenFiles }: // .NET hands on what the kernel said
            StandardStreams.WriteError("error: too many open files; raise the limit (ulimit -n)");
            return ExitCode.Unsupported;
        case TerminalException or StreamException:
            StandardStreams.WriteError($"error: {failure.Message}");
            return ExitCode.Failed;
        default:
            StandardStreams.WriteError($"error: internal error, please report it: {failure.GetType().Name}: {failure.Message.ReplaceLineEndings(" ")}");
            return ExitCode.Failed;
    }
}

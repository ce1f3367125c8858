// The parts of a refresh by themselves: what each costs and allocates. usage: Tcptop.MicroBenchmarks [--dry]
// [--verbose] [FLAGS OF BENCHMARKDOTNET] With --dry each runs once, to see that it can: its figures would
// mean nothing and are not printed. With --verbose all measurements are.
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using BenchmarkDotNet.Validators;
using Perfolizer.Horology;

var isDry = args.Contains("--dry");
// Many short iterations, of which the median counts: a machine is never quite quiet.
var job = Job.Default
    .WithLaunchCount(1)
    .WithWarmupCount(3)
    .WithIterationCount(15)
    .WithIterationTime(TimeInterval.FromMilliseconds(100));
// In this process: no build for each benchmark.
var config = ManualConfig.CreateEmpty()
    .AddJob((isDry ? Job.Dry : job).WithToolchain(InProcessEmitToolchain.Instance))
    .AddDiagnoser(MemoryDiagnoser.Default)
    .AddColumnProvider(DefaultColumnProviders.Descriptor, DefaultColumnProviders.Params, DefaultColumnProviders.Metrics)
    .AddColumn(StatisticColumn.Median, StatisticColumn.Min, StatisticColumn.P95)
    .AddLogger(args.Contains("--verbose") ? ConsoleLogger.Default : NullLogger.Instance)
    .WithArtifactsPath(Path.Combine(AppContext.BaseDirectory, "results"));
if (!isDry)
    config.AddValidator(JitOptimizationsValidator.FailOnError);

string[] flags = [.. args.Where(arg => arg is not ("--dry" or "--verbose"))];
// Without a filter it would ask at the terminal.
var switcher = BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly);
var summaries = switcher.Run(flags.Length == 0 ? ["--filter", "*"] : flags, config).ToList();

if (!isDry)
{
    foreach (var summary in summaries)
    {
        Console.WriteLine($"\n## {summary.BenchmarksCases[0].Descriptor.Type.Name}");
        MarkdownExporter.GitHub.ExportToLog(summary, ConsoleLogger.Default);
    }
}
foreach (var error in summaries.SelectMany(summary => summary.ValidationErrors).Where(error => error.IsCritical))
    Console.Error.WriteLine($"error: {error.Message}");
foreach (var report in summaries.SelectMany(summary => summary.Reports).Where(report => !report.Success))
    Console.Error.WriteLine($"error: {report.BenchmarkCase.DisplayInfo} did not run; see why with --verbose --filter '*{report.BenchmarkCase.Descriptor.WorkloadMethod.Name}*'");
var cases = summaries.Sum(summary => summary.BenchmarksCases.Length);
var passed = summaries.Sum(summary => summary.Reports.Count(report => report.Success));
var failed = Math.Max(cases - passed, cases == 0 ? 1 : 0);
Console.WriteLine($"{passed} passed, {failed} failed");
return failed == 0 ? 0 : 1;

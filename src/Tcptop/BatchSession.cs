using System.Buffers;
using System.Diagnostics;
using Tcptop.Outputs;

namespace Tcptop;

/// <summary>Snapshots to standard output until the count is reached, a signal comes, or the reader has gone.</summary>
internal sealed class BatchSession(TcptopOptions options, Sampler sampler, IOutput output, StopSignals stop)
{
    public int Run()
    {
        var buffer = new ArrayBufferWriter<byte>();
        var schedule = new RefreshSchedule(TimeSpan.Zero, options.Interval);
        var started = Stopwatch.StartNew();
        for (var refresh = 1; ; refresh++)
        {
            using (var snapshot = sampler.Sample(int.MaxValue))
            {
                buffer.ResetWrittenCount();
                output.Write(snapshot, buffer);
            }
            StandardStreams.Write(buffer.WrittenSpan);
            if (refresh == options.Count || stop.Wait(schedule.UntilNext(started.Elapsed)))
                return ExitCode.Ok;
        }
    }
}

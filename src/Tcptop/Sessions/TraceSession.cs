using System.Buffers;
using Tcptop.Cli;
using Tcptop.Lifetime;
using Tcptop.Model;
using Tcptop.Model.Collecting;
using Tcptop.Outputs.Trace;
using Tcptop.Streams;

namespace Tcptop.Sessions;

/// <summary>
/// Events to standard output as they come, until the count is reached, a signal comes, or the reader has
/// gone.
/// </summary>
/// <param name="options">What is asked for.</param>
/// <param name="collector">Attached already.</param>
/// <param name="output">The form of the lines.</param>
/// <param name="stop">Ends it.</param>
internal sealed class TraceSession(
    TraceRunOptions options, IEventCollector collector, ITraceOutput output, StopSignals stop)
    : IEventReceiver
{
    private const int FlushAtBytes = 64 * 1024;

    /// <summary>Between two looks at how much has gathered.</summary>
    private const int EventsAtATime = 64;

    /// <summary>
    /// After events came: those that follow are then read, and their reader woken, together. The ring's
    /// default size is full no sooner than after eight times as long, at a million events a second.
    /// </summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly ArrayBufferWriter<byte> _lines = new(2 * FlushAtBytes);

    /// <summary>Events whose lines have not all been taken.</summary>
    private ulong _unwritten;

    private int _left = options.Count ?? int.MaxValue;

    public int Run()
    {
        using var losses = new TraceLosses(() => collector.Losses, StandardStreams.WriteError);
        stop.LastResort = () => losses.SayAtEnd(collector.Waiting + Volatile.Read(ref _unwritten));
        try
        {
            Print();
        }
        finally
        {
            // Also where our reader has gone.
            losses.SayAtEnd(unprinted: 0);
        }
        return ExitCode.Ok;
    }

    private void Print()
    {
        output.WriteHeading(_lines);
        Flush();
        while (!stop.Requested && _left != 0)
        {
            if (PrintWaiting(untilEmpty: false) == 0)
                collector.Wait(stop.Token);
            else
                stop.Wait(Pause);
        }
        // First no more come, then those that came are printed: that has an end. A program that is in the
        // middle of it is waited for.
        collector.Detach();
        PrintWaiting(untilEmpty: true);
        Thread.Sleep(Pause);
        PrintWaiting(untilEmpty: true);
    }

    public void Receive(in CollectorEvent happened)
    {
        Volatile.Write(ref _unwritten, _unwritten + 1);
        output.Write(happened, _lines);
        if (options.Count is not null)
            _left--;
    }

    /// <summary>
    /// Prints what is in the ring until it is empty, of which a steady stream gives no promise; returns how
    /// many events that were. Whoever reads our lines then has them all.
    /// </summary>
    /// <param name="untilEmpty">Whatever is requested meanwhile.</param>
    private long PrintWaiting(bool untilEmpty)
    {
        long sum = 0;
        int count;
        while (_left != 0 && (untilEmpty || !stop.Requested)
            && (count = collector.Read(this, Math.Min(_left, EventsAtATime))) != 0)
        {
            sum += count;
            if (_lines.WrittenCount >= FlushAtBytes)
                Flush();
        }
        Flush();
        return sum;
    }

    private void Flush()
    {
        if (_lines.WrittenCount == 0)
            return;
        StandardStreams.Write(_lines.WrittenSpan);
        stop.Progressed();
        _lines.ResetWrittenCount();
        Volatile.Write(ref _unwritten, 0);
    }
}

using System.Buffers;
using System.Diagnostics;
using Tcptop.Cli;
using Tcptop.Lifetime;
using Tcptop.Model;
using Tcptop.Outputs;
using Tcptop.Streams;
using Tcptop.Table;

namespace Tcptop.Sessions;

/// <summary>
/// Snapshots to standard output or a log until the count is reached, a signal comes, or the reader has gone.
/// </summary>
internal sealed class BatchSession(
    TcptopOptions options, Sampler sampler, IOutput output, IHostFacts names, OutputFile file, StopSignals stop)
{
    /// <summary>Rows whose names are waited for together.</summary>
    private const int RowsAtOnce = 256;

    /// <summary>Rows after which the piece is looked at: a row may have 12 KB.</summary>
    private const int RowsOfAPiece = 16;

    /// <summary>For the names of a refresh, in all. What is not known then is left out.</summary>
    private static readonly TimeSpan PatienceForNames = TimeSpan.FromSeconds(2);

    /// <summary>The same once it is to stop: that is to be done within two seconds.</summary>
    private static readonly TimeSpan LastPatienceForNames = TimeSpan.FromSeconds(0.5);

    /// <summary>With a disk, of who asks a second time: a torn row may be better than to wait.</summary>
    private static readonly TimeSpan PatienceOfTheImpatient = TimeSpan.FromSeconds(0.5);

    /// <summary>Between the two readings of a single refresh.</summary>
    private static readonly TimeSpan LongestFirstWait = TimeSpan.FromSeconds(1);

    /// <summary>What is written together has so many bytes, and those of the last rows.</summary>
    private const int PieceBytes = 256 * 1024;

    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly LossNotes _losses = new();
    private readonly Stopwatch _waitingForNames = new();

    /// <summary>
    /// A record for programs has what has closed since the last refresh too. Who reads text has seen enough
    /// when he stops it.
    /// </summary>
    private bool EndsWithRefresh => options.Format != OutputFormat.Text;

    /// <summary>One refresh without rates would say little: it is the second of two readings that is printed.</summary>
    private bool ReadsTwice => options is { Count: 1, PrintsFirst: false, Log: null };

    public int Run()
    {
        stop.LastResort = EndEarly;
        LastWords.Before = () => file.EndWriting(OutputFile.PatienceWithDisk);
        // Of many rows to a slow reader the last refresh takes its time: it is waited for as long as he reads.
        file.Progressed = stop.Progressed;
        output.Begin(_buffer);
        file.Begin(_buffer.WrittenSpan, output);
        _buffer.ResetWrittenCount();
        if (ReadsTwice)
        {
            sampler.Refresh();
            stop.Wait(options.Interval < LongestFirstWait ? options.Interval : LongestFirstWait);
        }
        var schedule = new RefreshSchedule(TimeSpan.Zero, options.Interval);
        var started = Stopwatch.StartNew();
        for (var refresh = 1; ; refresh++)
        {
            var began = started.Elapsed;
            Refresh();
            if (refresh == options.Count)
                break;
            if (!stop.Wait(schedule.UntilNext(began, started.Elapsed)))
                continue;
            if (EndsWithRefresh)
                Refresh();
            break;
        }
        _losses.End();
        return ExitCode.Ok;
    }

    private void Refresh()
    {
        sampler.Refresh();
        _waitingForNames.Reset();
        AwaitNamesOfOrder();
        using var snapshot = sampler.All(options.Rows);
        stop.Progressed();
        using (file.OneRefresh())
            Write(snapshot);
        // Text for people has them in its summary.
        if (options.Format != OutputFormat.Text || options.IsExact)
            _losses.Take(LossesWithNames(snapshot.Losses));
    }

    /// <summary>The names of these rows were asked for after the snapshot was made.</summary>
    private IReadOnlyList<Loss> LossesWithNames(IReadOnlyList<Loss> losses)
    {
        var unanswered = names.Unanswered;
        return unanswered.Count == 0
            ? losses
            : [.. losses.Where(loss => loss.Name != unanswered.Name), unanswered];
    }

    private TimeSpan TimeLeftForNames() =>
        (stop.Requested ? LastPatienceForNames : PatienceForNames) - _waitingForNames.Elapsed;

    /// <summary>Rows are in the order of what the host has answered by then.</summary>
    private void AwaitNamesOfOrder()
    {
        var asked = options.Rows.Order.Field.Asks;
        if (asked == HostFact.None)
            return;
        using var all = sampler.All(new RowsRequest { Only = options.Rows.Only });
        AwaitAllNames(all, asked);
    }

    private void AwaitNames(ReadOnlySpan<ConnectionRecord> rows, HostFact asked)
    {
        _waitingForNames.Start();
        names.Await(rows, TimeLeftForNames, asked);
        _waitingForNames.Stop();
    }

    private void AwaitAllNames(Snapshot snapshot, HostFact asked)
    {
        for (var first = 0; asked != HostFact.None && first < snapshot.RowCount; first += RowsAtOnce)
            AwaitNames(snapshot.Piece(first, Math.Min(RowsAtOnce, snapshot.RowCount - first)), asked);
    }

    private void Write(Snapshot snapshot)
    {
        if (options.Format == OutputFormat.Text)
            AwaitAllNames(snapshot, output.Asks);
        output.BeginRows(snapshot, _buffer);
        for (var first = 0; first < snapshot.RowCount; first += RowsAtOnce)
        {
            var count = Math.Min(RowsAtOnce, snapshot.RowCount - first);
            // For the widths of its columns, text has been told of all rows by then.
            if (options.Format != OutputFormat.Text)
                AwaitNames(snapshot.Piece(first, count), output.Asks);
            WriteRows(snapshot, first, first + count);
            stop.Progressed();
        }
        output.EndRows(snapshot, _buffer);
        WriteBuffer();
    }

    private void WriteRows(Snapshot snapshot, int first, int end)
    {
        for (; first < end; first += RowsOfAPiece)
        {
            output.WriteRows(snapshot, first, Math.Min(RowsOfAPiece, end - first), _buffer);
            if (_buffer.WrittenCount >= PieceBytes)
                WriteBuffer();
        }
    }

    private void EndEarly()
    {
        file.EndWriting(stop.IsRepeated ? PatienceOfTheImpatient : OutputFile.PatienceWithDisk);
        if (EndsWithRefresh && !stop.IsRepeated)
            StandardStreams.WriteError("note: lost: the last refresh: it could not be written in time");
    }

    private void WriteBuffer()
    {
        file.Write(_buffer.WrittenSpan, output);
        _buffer.ResetWrittenCount();
    }
}

using Tcptop.Lifetime;
using Tcptop.Model;
using Tcptop.Model.Collecting;
using Tcptop.Table;

namespace Tcptop.Sessions;

/// <summary>
/// The table, between the thread that refreshes it and the one that takes rows out of it, which may be the
/// same. While open files are walked, which may take long, the table is free: it is locked from before the walk
/// over sockets on, whose records are the rows' readings, and while rows are chosen.
/// </summary>
internal sealed class Sampler
{
    private readonly INetworkCollector _collector;
    private readonly TimeProvider _clock;
    private readonly IHostFacts _facts;
    private readonly ConnectionTable _table;
    private readonly TableView _view;
    private readonly Lock _lock = new();
    private readonly HeapTrim _heap = new();

    /// <summary>False after a refresh that failed midway: its rows are not those that are listed.</summary>
    private bool _isWhole;

    public Sampler(INetworkCollector collector, TimeProvider clock, ConnectionFilter filter, IHostFacts facts)
    {
        (_collector, _clock, _facts) = (collector, clock, facts);
        _table = new ConnectionTable(collector);
        var countsUdp = collector.Description.Measures.Contains(Protocol.Udp);
        _view = new TableView(_table, filter, facts) { IsUdpCounted = countsUdp };
    }

    /// <summary>Called on a thread that may be lost when rows can show names that they could not before.</summary>
    public Action? NamesCame
    {
        set => _facts.Answered = value;
    }

    /// <summary>Takes a refresh into the table. The sampler's thread.</summary>
    public void Refresh()
    {
        var refresh = new LockedRefresh(_table, _lock);
        var isWhole = false;
        var unanswered = _facts.Unanswered;
        try
        {
            _collector.Collect(refresh);
            _table.EndRefresh();
            _view.Refreshed(_clock.GetUtcNow(), [.. _collector.Losses, unanswered], _clock.GetElapsedTime(0));
            isWhole = true;
        }
        finally
        {
            _isWhole = isWhole;
            refresh.Unlock();
        }
        _heap.AfterRefresh(_table.Count);
    }

    /// <summary>The rows that are wanted, of the latest refresh; null before the first. Any thread.</summary>
    public Snapshot? Window(ViewRequest request)
    {
        lock (_lock)
            return _isWhole && _view.HasRows ? _view.Window(request) : null;
    }

    /// <summary>All rows of the latest refresh that a file wants; valid until the next.</summary>
    public Snapshot All(RowsRequest request)
    {
        lock (_lock)
            return _view.All(request);
    }

    /// <summary>Takes the lock when the collector has something to deliver.</summary>
    private sealed class LockedRefresh(ConnectionTable table, Lock gate) : IRecordReceiver
    {
        private bool _isLocked;

        public void Unlock()
        {
            if (_isLocked)
                gate.Exit();
        }

        public void Begin(ulong readNs)
        {
            gate.Enter();
            _isLocked = true;
            table.Begin(readNs);
        }

        public void Receive(in ConnectionRecord reading) => table.Receive(reading);

        public int Add(in ConnectionRecord reading, int place) => table.Add(reading, place);

        public bool TryUpdate(int row, in ConnectionRecord reading) => table.TryUpdate(row, reading);

        public void Lose(int row) => table.Lose(row);
    }
}

using Tcptop.Collectors.Ebpf;
using Tcptop.Model;
using Tcptop.Table;

namespace Tcptop;

/// <summary>
/// The table of the full-screen view, between the thread that refreshes it and the one that cuts windows out of it. While the kernel is walked, which is
/// most of a refresh, the table is free: it is locked from the first sample on, and while a window is cut.
/// </summary>
internal sealed class ScreenSampler
{
    private readonly INetworkCollector _collector;
    private readonly TimeProvider _clock;
    private readonly IHostFacts _facts;
    private readonly ConnectionTable _table = new();
    private readonly TableView _view;
    private readonly Lock _lock = new();
    private readonly HeapTrim _heap = new();

    /// <summary>False after a refresh that failed midway: its rows are not those that are listed.</summary>
    private bool _isWhole;

    public ScreenSampler(INetworkCollector collector, TimeProvider clock, ConnectionFilter filter, IHostFacts facts)
    {
        (_collector, _clock, _facts) = (collector, clock, facts);
        _view = new TableView(_table, filter, facts) { IsUdpCounted = collector.Description.Measures.Contains(Protocol.Udp) };
    }

    /// <summary>Called on a thread that may be lost when windows can show names that they could not before.</summary>
    public Action? NamesCame
    {
        set => _facts.Answered = value;
    }

    /// <summary>Takes a refresh into the table. The sampler's thread.</summary>
    public void Refresh()
    {
        var refresh = new LockedRefresh(_table, _lock, MonotonicClock.NowNs);
        var isWhole = false;
        var unanswered = _facts.Unanswered;
        try
        {
            _collector.Collect(refresh);
            refresh.Begin();
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

    /// <summary>Begins the table's refresh, and takes the lock, when the collector has something to deliver.</summary>
    private sealed class LockedRefresh(ConnectionTable table, Lock gate, ulong nowNs) : ISampleReceiver
    {
        private bool _hasBegun;

        public void Begin()
        {
            if (_hasBegun)
                return;
            gate.Enter();
            _hasBegun = true;
            table.BeginRefresh(nowNs);
        }

        public void Unlock()
        {
            if (_hasBegun)
                gate.Exit();
        }

        public void Expect(int liveSamples)
        {
            Begin();
            table.Expect(liveSamples);
        }

        public void Receive(in ConnectionSample sample)
        {
            Begin();
            table.Receive(sample);
        }
    }
}

namespace Tcptop.Linux.Naming;

/// <summary>
/// The threads that ask the host. Whoever has a file behind /proc, a mount or a name can hold up who reads
/// it: a thread that is held up is left to it, and another takes its place, up to a bound. Any thread may
/// ask.
/// </summary>
/// <param name="patience">When a look-up counts as held up.</param>
internal sealed class LookupWorkers(TimeSpan patience) : IDisposable
{
    /// <summary>A look-up that takes longer is not waited for any more.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(0.5);

    private const int MostThreads = 8;

    /// <summary>
    /// Threads that are not held up. Nearly all answers come from the kernel's memory: more would only be in
    /// each other's way.
    /// </summary>
    private const int AtOnce = 2;

    private const int MostWaiting = 16_384;

    private const int LookMilliseconds = 50;

    private readonly object _gate = new();
    private readonly SemaphoreSlim _work = new(0);
    private readonly Queue<Lookup> _waiting = new();
    private readonly List<Lookup> _running = new(MostThreads);
    private int _threads;
    private int _stalled;
    private int _outstanding;

    // Since somebody last waited. Who does not wait asks again.
    private ulong _asked;
    private ulong _refused;

    private ulong _unanswered;
    private bool _hasEnded;

    public LookupWorkers()
        : this(Patience)
    {
    }

    /// <summary>Runs on a worker when nobody needs to wait any more.</summary>
    public Action? AllAnswered { get; set; }

    /// <summary>
    /// Look-ups that failed or were given up: what they would have told is absent, or old. Whoever
    /// reads it also has those looked for that are held up by now.
    /// </summary>
    public ulong Unanswered
    {
        get
        {
            lock (_gate)
            {
                GiveUpStalled();
                return _unanswered;
            }
        }
    }

    /// <summary>False when too much waits already: to be asked again later.</summary>
    public bool TryAsk(Lookup lookup)
    {
        lock (_gate)
        {
            if (_hasEnded || _waiting.Count >= MostWaiting)
            {
                _refused++;
                return false;
            }
            _waiting.Enqueue(lookup);
            _asked++;
            // Asked again, it may not have been taken off by the thread that answered it before.
            if (!lookup.IsOutstanding)
                _outstanding++;
            lookup.IsOutstanding = true;
            GiveUpStalled();
        }
        _work.Release();
        return true;
    }

    /// <summary>
    /// Returns when everything that was asked has been answered or given up; false when nothing was
    /// asked.
    /// </summary>
    /// <param name="timeLeft">Asked again and again; when there is none, all is given up.</param>
    public bool Await(Func<TimeSpan> timeLeft)
    {
        lock (_gate)
        {
            while (_outstanding > 0 && timeLeft() > TimeSpan.Zero)
            {
                if (!Monitor.Wait(_gate, LookMilliseconds))
                    GiveUpStalled();
            }
            if (_outstanding > 0)
                GiveUpAll();
            var wasAsked = _asked > 0;
            if (!wasAsked)
                _unanswered += _refused;
            (_asked, _refused) = (0, 0);
            return wasAsked;
        }
    }

    /// <summary>For what is not even asked, too.</summary>
    public void CountUnanswered()
    {
        lock (_gate)
            _unanswered++;
    }

    /// <summary>Threads that are held up stay so; the kernel ends them with the process.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _hasEnded = true;
            _waiting.Clear();
            _work.Release(MostThreads);
        }
    }

    private void Work()
    {
        // Whoever made this thread may have had them in effect.
        EffectiveCapabilities.LowerForThisThread();
        while (true)
        {
            _work.Wait();
            Lookup lookup;
            lock (_gate)
            {
                if (_hasEnded)
                    return;
                lookup = _waiting.Dequeue();
                lookup.StartedAt = Environment.TickCount64;
                _running.Add(lookup);
            }
            Run(lookup);
            if (End(lookup))
                TellAllAnswered();
            if (HasLeft())
                return;
        }
    }

    /// <summary>Those that were held up and have come back are too many now.</summary>
    private bool HasLeft()
    {
        lock (_gate)
        {
            if (_threads - _stalled <= AtOnce)
                return false;
            _threads--;
            return true;
        }
    }

    private void Run(Lookup lookup)
    {
        try
        {
            // None opens a path that the user names.
            using var raised = EffectiveCapabilities.Raise();
            lookup.Run();
        }
        catch (Exception)
        {
            // Also for want of memory: a name is not worth the process.
            CountUnanswered();
        }
    }

    private void TellAllAnswered()
    {
        try
        {
            AllAnswered?.Invoke();
        }
        catch (ObjectDisposedException)
        {
            // Whoever was to be told has just ended.
        }
    }

    /// <summary>True when it was the last that somebody might wait for.</summary>
    private bool End(Lookup lookup)
    {
        lock (_gate)
        {
            _running.Remove(lookup);
            if (lookup.IsStalled)
                _stalled--;
            lookup.IsStalled = false;
            if (!lookup.IsOutstanding)
                return false;
            lookup.IsOutstanding = false;
            if (--_outstanding > 0)
                return false;
            Monitor.PulseAll(_gate);
            return true;
        }
    }

    private void GiveUpStalled()
    {
        var since = Environment.TickCount64 - (long)patience.TotalMilliseconds;
        foreach (var lookup in _running)
        {
            if (lookup.IsStalled || lookup.StartedAt > since)
                continue;
            lookup.IsStalled = true;
            _stalled++;
            GiveUp(lookup);
        }
        var areBusy = _waiting.Count > _threads - _running.Count;
        if (areBusy && _threads - _stalled < AtOnce && _threads < MostThreads)
            TryStartThread();
        if (_stalled == _threads)
            GiveUpAll();
    }

    private void GiveUpAll()
    {
        foreach (var lookup in _waiting)
            GiveUp(lookup);
        foreach (var lookup in _running)
            GiveUp(lookup);
        Monitor.PulseAll(_gate);
    }

    private void GiveUp(Lookup lookup)
    {
        if (!lookup.IsOutstanding)
            return;
        lookup.IsOutstanding = false;
        _outstanding--;
        _unanswered++;
    }

    /// <summary>Where no thread can be had, those that are there do the work; without any, names are absent.</summary>
    private void TryStartThread()
    {
        try
        {
            new Thread(Work) { IsBackground = true, Name = "names" }.Start();
            _threads++;
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            // Tried again at the next question.
        }
    }
}

namespace Tcptop.Linux.Naming;

/// <summary>
/// Answers of the host, each known or pending: one that is not known, or is old, is asked for by a
/// worker, and meanwhile there is none, or the old one. A kept null is an answer too. Any thread.
/// </summary>
/// <param name="workers">Ask for all stores.</param>
/// <param name="time">Tells when answers are old.</param>
/// <param name="lifetime">Of an answer.</param>
/// <param name="ask">
/// Runs on a worker. What it knows before it asks what may never be answered, it may give early.
/// </param>
internal sealed class AnswerStore<TKey, TValue>(
    LookupWorkers workers, TimeProvider time, TimeSpan lifetime, AnswerStore<TKey, TValue>.Asker ask)
    where TKey : notnull
{
    /// <summary>
    /// Where more than this is asked for at once, what is known is forgotten rather than ever more kept.
    /// </summary>
    public const int MaximumRemembered = 4096;

    private const int FewestToTidy = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, Entry> _entries = [];
    private int _tidyAt = FewestToTidy;

    public delegate TValue Asker(TKey key, Action<TValue> early);

    public int Count => _entries.Count;

    /// <summary>False while there is no answer yet.</summary>
    public bool TryGet(TKey key, out TValue? value)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out var entry))
            {
                Tidy();
                entry = new Entry(this, key);
                _entries.Add(key, entry);
            }
            if (!entry.IsAsked && !entry.IsFresh(time.GetTimestamp()))
                entry.IsAsked = workers.TryAsk(entry);
            value = entry.Value;
            return entry.IsKnown;
        }
    }

    /// <summary>
    /// Forgets what is old: where processes come and go, nobody will ask for most of it again. Not
    /// before there is twice of what was left the last time, or half as much again where that is
    /// beyond the bound, so that an entry is looked at for this about once. What is being asked
    /// stays: it must not be asked a second time while the first hangs.
    /// </summary>
    private void Tidy()
    {
        if (_entries.Count < _tidyAt)
            return;
        ForgetAnswered(time.GetTimestamp());
        if (_entries.Count >= MaximumRemembered)
            ForgetAnswered(long.MaxValue);
        var (twice, halfAgain) = (2 * _entries.Count, _entries.Count + _entries.Count / 2);
        _tidyAt = Math.Max(Math.Clamp(twice, FewestToTidy, MaximumRemembered), halfAgain);
    }

    /// <param name="now">What is fresh then stays, too.</param>
    private void ForgetAnswered(long now)
    {
        foreach (var (key, entry) in _entries)
        {
            if (!entry.IsAsked && !entry.IsFresh(now))
                _entries.Remove(key);
        }
    }

    private sealed class Entry(AnswerStore<TKey, TValue> store, TKey key) : Lookup
    {
        private long _freshUntil;

        public TValue? Value { get; private set; }

        public bool IsKnown { get; private set; }

        public bool IsAsked { get; set; }

        public bool IsFresh(long now) => now < _freshUntil;

        public override void Run()
        {
            try
            {
                var value = store.Ask(key, TakeEarly);
                lock (store._gate)
                    (Value, IsKnown) = (value, true);
            }
            finally
            {
                lock (store._gate)
                {
                    // What failed is not asked again at once, either.
                    _freshUntil = store.FreshUntil();
                    IsAsked = false;
                }
            }
        }

        /// <summary>The whole answer from before is better than a part of a new one.</summary>
        private void TakeEarly(TValue value)
        {
            lock (store._gate)
            {
                if (!IsKnown)
                    (Value, IsKnown) = (value, true);
            }
        }
    }

    private TValue Ask(TKey key, Action<TValue> early) => ask(key, early);

    private long FreshUntil() =>
        time.GetTimestamp() + (long)(lifetime.TotalSeconds * time.TimestampFrequency);
}

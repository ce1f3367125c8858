using System.Diagnostics.CodeAnalysis;

namespace Tcptop.Collectors.Processes;

/// <summary>Answers of the host, kept for a while each. A kept null is an answer too: not to be asked for again so soon.</summary>
internal sealed class ExpiringCache<TKey, TValue>(TimeProvider time)
    where TKey : notnull
{
    /// <summary>Where more than this is asked for at once, all is forgotten rather than ever more kept.</summary>
    public const int MaximumRemembered = 4096;

    private const int FewestToTidy = 64;

    private readonly Dictionary<TKey, (TValue Value, long ExpiresAt)> _entries = [];
    private int _tidyAt = FewestToTidy;

    public int Count => _entries.Count;

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        var isKnown = _entries.TryGetValue(key, out var entry) && time.GetTimestamp() < entry.ExpiresAt;
        value = isKnown ? entry.Value : default;
        return isKnown;
    }

    public TValue Put(TKey key, TValue value, TimeSpan lifetime)
    {
        if (_entries.Count >= _tidyAt)
            Tidy();
        _entries[key] = (value, time.GetTimestamp() + (long)(lifetime.TotalSeconds * time.TimestampFrequency));
        return value;
    }

    /// <summary>
    /// Forgets what has expired: where processes come and go, nobody will ask for most of it again. Not before there is twice of what was left the last time,
    /// so that an entry is looked at for this about once.
    /// </summary>
    private void Tidy()
    {
        var now = time.GetTimestamp();
        foreach (var (key, entry) in _entries)
        {
            if (now >= entry.ExpiresAt)
                _entries.Remove(key);
        }
        if (_entries.Count >= MaximumRemembered)
            _entries.Clear();
        _tidyAt = Math.Clamp(2 * _entries.Count, FewestToTidy, MaximumRemembered);
    }
}

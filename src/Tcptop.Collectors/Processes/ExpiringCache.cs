using System.Diagnostics.CodeAnalysis;

namespace Tcptop.Collectors.Processes;

/// <summary>Answers of the host, kept for a while each. A kept null is an answer too: not to be asked for again so soon.</summary>
internal sealed class ExpiringCache<TKey, TValue>(TimeProvider time)
    where TKey : notnull
{
    /// <summary>Where processes come and go by the thousand, all is forgotten at this many rather than kept for ever.</summary>
    public const int MaximumRemembered = 4096;

    private readonly Dictionary<TKey, (TValue Value, long ExpiresAt)> _entries = [];

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        var isKnown = _entries.TryGetValue(key, out var entry) && time.GetTimestamp() < entry.ExpiresAt;
        value = isKnown ? entry.Value : default;
        return isKnown;
    }

    public TValue Put(TKey key, TValue value, TimeSpan lifetime)
    {
        if (_entries.Count >= MaximumRemembered)
            _entries.Clear();
        _entries[key] = (value, time.GetTimestamp() + (long)(lifetime.TotalSeconds * time.TimestampFrequency));
        return value;
    }
}

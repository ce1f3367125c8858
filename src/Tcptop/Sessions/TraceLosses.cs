using System.Globalization;
using System.Text;
using Tcptop.Model;

namespace Tcptop.Sessions;

/// <summary>
/// Says on standard error what was lost: once a second while it grows, on a thread of the runtime, for the
/// main one may wait for its reader; and at the end.
/// </summary>
internal sealed class TraceLosses : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly Func<IReadOnlyList<Loss>> _losses;
    private readonly Action<string> _say;
    private readonly Lock _gate = new();
    private readonly Timer _timer;
    private ulong _said;
    private bool _ended;

    public TraceLosses(Func<IReadOnlyList<Loss>> losses, Action<string> say)
    {
        (_losses, _say) = (losses, say);
        _timer = new Timer(_ => SayIfGrown(), null, Every, Every);
    }

    /// <summary>The last word, if there is one to say; it is said once.</summary>
    /// <param name="unprinted">Events that were made and will not be printed, as the process has to end.</param>
    public void SayAtEnd(ulong unprinted)
    {
        lock (_gate)
        {
            if (_ended)
                return;
            _ended = true;
            IReadOnlyList<Loss> losses =
                unprinted == 0 ? _losses() : [.. _losses(), Losses.TraceNotPrinted.Of(unprinted)];
            if (Text(losses) is { } text)
                _say($"lost in total: {text}");
        }
    }

    public void Dispose()
    {
        lock (_gate)
            _ended = true;
        _timer.Dispose();
    }

    internal void SayIfGrown()
    {
        lock (_gate)
        {
            if (_ended)
                return;
            var losses = _losses();
            var sum = Sum(losses);
            if (sum == _said)
                return;
            _said = sum;
            _say($"lost so far: {Text(losses)}");
        }
    }

    /// <summary>
    /// Those that are not zero; null when all are. A full ring is explained: it is the one that the user can
    /// do something about.
    /// </summary>
    internal static string? Text(IReadOnlyList<Loss> losses)
    {
        var text = new StringBuilder();
        foreach (var (name, count) in losses)
        {
            if (count == 0)
                continue;
            var comma = text.Length == 0 ? "" : ", ";
            var remedy = name == Losses.TraceRingFull.Name ? " events (a larger --buffer or a filter helps)" : "";
            text.Append(CultureInfo.InvariantCulture, $"{comma}{name} {count}{remedy}");
        }
        return text.Length == 0 ? null : text.ToString();
    }

    private static ulong Sum(IReadOnlyList<Loss> losses)
    {
        ulong sum = 0;
        foreach (var loss in losses)
            sum += loss.Count;
        return sum;
    }
}

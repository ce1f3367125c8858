using System.Globalization;
using Tcptop.Model;
using Tcptop.Streams;

namespace Tcptop.Sessions;

/// <summary>
/// Losses on standard error, for the forms of output that have no place for them: each when it is first seen,
/// and the counts at the end.
/// </summary>
internal sealed class LossNotes
{
    private readonly Dictionary<string, ulong> _told = [];
    private IReadOnlyList<Loss> _latest = [];

    public void Take(IReadOnlyList<Loss> losses)
    {
        _latest = losses;
        foreach (var loss in losses)
        {
            if (!_told.ContainsKey(loss.Name))
                Tell(loss);
        }
    }

    public void End()
    {
        foreach (var loss in _latest)
        {
            if (_told[loss.Name] != loss.Count)
                Tell(loss);
        }
    }

    private void Tell(Loss loss)
    {
        _told[loss.Name] = loss.Count;
        StandardStreams.WriteError(
            string.Create(CultureInfo.InvariantCulture, $"note: lost: {loss.Name}: {loss.Count}"));
    }
}

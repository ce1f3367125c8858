using Tcptop.Model;

namespace Tcptop.Table;

/// <summary>
/// A filter as it is typed: words that must all be found, in upper or lower case, in an address, port,
/// process name or container's name of the row. Keeps what it has found out from one use to the next. Same
/// thread as the table.
/// </summary>
internal sealed class TextFilter
{
    private readonly FilterWord[] _words;

    public TextFilter(string text)
    {
        Text = text;
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        _words = Array.ConvertAll(words, static word => new FilterWord(word));
    }

    public string Text { get; }

    /// <summary>What the host is asked for it.</summary>
    public HostFact Asks => IsEmpty ? HostFact.None : HostFact.Cgroup;

    /// <summary>It lets all rows through.</summary>
    public bool IsEmpty => _words.Length == 0;

    public bool Matches(in ConnectionRecord row, HostAnswers host)
    {
        foreach (var word in _words)
        {
            if (!word.IsIn(row, host))
                return false;
        }
        return true;
    }
}

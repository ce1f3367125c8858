namespace Tcptop.Model;

/// <summary>
/// Asks about many rows one after the other, and only once about neighbours that have all in common
/// that the host is asked for: rows of one process often come together. For one pass over rows; what
/// is old is not asked for again.
/// </summary>
public ref struct FactsOfRows(IHostFacts host, HostFact asked)
{
    private HostQuestion? _asked;
    private RowFacts _answer;

    public RowFacts Of(in ConnectionRecord row)
    {
        if (asked == HostFact.None)
            return default;
        var question = HostQuestion.Of(row);
        if (question != _asked)
            (_asked, _answer) = (question, host.FactsOf(row, asked));
        return _answer;
    }
}

namespace Tcptop.Linux.Naming;

/// <summary>Names by number, all of them read together now and then, by one worker at a time.</summary>
internal abstract class NameList
{
    /// <summary>The list is one answer.</summary>
    private const string Whole = "";

    private readonly AnswerStore<string, Dictionary<uint, string>> _list;

    /// <param name="workers">Read it.</param>
    /// <param name="time">Tells when it is old.</param>
    /// <param name="readEvery">At the most.</param>
    protected NameList(LookupWorkers workers, TimeProvider time, TimeSpan readEvery) =>
        _list = new(workers, time, readEvery, (_, _) => Read());

    /// <summary>False while it has never been read.</summary>
    public bool TryNameOf(uint number, out string? name)
    {
        var isKnown = _list.TryGet(Whole, out var names);
        name = names?.GetValueOrDefault(number);
        return isKnown;
    }

    protected abstract Dictionary<uint, string> Read();
}

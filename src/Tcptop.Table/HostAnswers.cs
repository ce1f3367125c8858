using Tcptop.Model;

namespace Tcptop.Table;

/// <summary>
/// What the host says of rows that are filtered or ordered by it, asked once a refresh for each process, user,
/// cgroup and namespace: it may be every row of the table.
/// </summary>
internal sealed class HostAnswers(IHostFacts? host)
{
    private readonly Dictionary<HostQuestion, RowFacts> _answers = [];
    private HostQuestion _lastQuestion;
    private RowFacts _lastAnswer;

    /// <summary>What is asked for from here on.</summary>
    public HostFact Asked
    {
        get;
        set
        {
            if (value == field)
                return;
            field = value;
            Forget();
        }
    }

    /// <summary>What was said is not relied on any more.</summary>
    public void Forget()
    {
        _answers.Clear();
        (_lastQuestion, _lastAnswer) = (default, default);
    }

    public RowFacts Of(in ConnectionRecord row)
    {
        if (host is null || Asked == HostFact.None)
            return default;
        var question = HostQuestion.Of(row);
        // Rows of one process often come one after the other.
        if (question == _lastQuestion)
            return _lastAnswer;
        if (!_answers.TryGetValue(question, out var answer))
        {
            answer = host.FactsOf(row, Asked);
            if (answer.IsPending)
                return answer;
            _answers[question] = answer;
        }
        (_lastQuestion, _lastAnswer) = (question, answer);
        return answer;
    }
}

namespace Tcptop.NetnsTests;

/// <summary>Several of what one "using" holds.</summary>
internal sealed class DisposableList<T>(IReadOnlyList<T> items) : IDisposable
    where T : IDisposable
{
    public T this[int index] => items[index];

    public void Dispose()
    {
        foreach (var item in items)
            item.Dispose();
    }
}

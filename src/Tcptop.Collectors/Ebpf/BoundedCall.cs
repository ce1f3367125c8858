using System.Runtime.ExceptionServices;

namespace Tcptop.Collectors.Ebpf;

/// <summary>
/// Something that others may hold up for ever, on a thread of its own each time: who asks goes on
/// when it takes too long, and takes the result when it has come. It is not begun again before it
/// has come back.
/// </summary>
internal sealed class BoundedCall<T>(string thread, Func<T> call)
    where T : class
{
    private readonly object _gate = new();
    private T? _result;
    private ExceptionDispatchInfo? _failure;
    private bool _isOut;

    /// <summary>It has not come back, or so that nobody has taken what it brought.</summary>
    public bool IsOut
    {
        get
        {
            lock (_gate)
                return _isOut || _result is not null || _failure is not null;
        }
    }

    /// <summary>Does nothing while it is out.</summary>
    public void Begin()
    {
        if (IsOut)
            return;
        _isOut = true;
        try
        {
            new Thread(Run) { IsBackground = true, Name = thread }.Start();
        }
        catch
        {
            _isOut = false;
            throw;
        }
    }

    /// <summary>
    /// What it has brought, once; waits so long for it if it is out. Null when there is nothing.
    /// What it has thrown is thrown here.
    /// </summary>
    public T? Take(TimeSpan patience)
    {
        T? result;
        ExceptionDispatchInfo? failure;
        lock (_gate)
        {
            if (_isOut && patience > TimeSpan.Zero)
                Monitor.Wait(_gate, patience);
            (result, failure) = (_result, _failure);
            (_result, _failure) = (null, null);
        }
        failure?.Throw();
        return result;
    }

    private void Run()
    {
        T? result = null;
        ExceptionDispatchInfo? failure = null;
        try
        {
            result = call();
        }
        catch (Exception e)
        {
            // An exception that left the thread would end the process.
            failure = ExceptionDispatchInfo.Capture(e);
        }
        lock (_gate)
        {
            (_result, _failure, _isOut) = (result, failure, false);
            Monitor.PulseAll(_gate);
        }
    }
}

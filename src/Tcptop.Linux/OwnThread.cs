using System.Runtime.ExceptionServices;

namespace Tcptop.Linux;

/// <summary>
/// For what a thread does to itself alone, and cannot or will not take back: it enters a
/// namespace, or gets another root directory. Not for the runtime's threads, nor for the caller's.
/// </summary>
public static class OwnThread
{
    /// <summary>Runs it on a thread that ends with it, and waits. What it throws is thrown here.</summary>
    public static void Run(string name, Action work) => Begin(name, () =>
    {
        work();
        return true;
    })();

    /// <summary>The same, without waiting.</summary>
    /// <returns>Waits, and returns the result. What was thrown is thrown there.</returns>
    public static Func<T> Begin<T>(string name, Func<T> work)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                result = work();
            }
            catch (Exception e)
            {
                // An exception that left the thread would end the process.
                failure = ExceptionDispatchInfo.Capture(e);
            }
        })
        { IsBackground = true, Name = name };
        thread.Start();
        return () =>
        {
            thread.Join();
            failure?.Throw();
            return result;
        };
    }
}

namespace Tcptop.Collectors.Ebpf;

/// <summary>
/// The host's switch for all that hooks kernel functions. Where it is off the kernel still takes programs at functions, and attaches them, and never runs
/// them: no error tells it.
/// </summary>
internal static class FunctionTracing
{
    private const string Switch = "/proc/sys/kernel/ftrace_enabled";

    public static bool IsOn() => IsOn(Switch);

    /// <summary>A kernel built without the switch, or a host that hides it, is taken to run what it accepts.</summary>
    internal static bool IsOn(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim() != "0";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }
}

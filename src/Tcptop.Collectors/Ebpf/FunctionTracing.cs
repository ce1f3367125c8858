namespace Tcptop.Collectors.Ebpf;

/// <summary>
/// The host's switch for all that hooks kernel functions. Where it is off the kernel still takes programs at
/// functions, and attaches them, and never runs them: no error tells it.
/// </summary>
internal static class FunctionTracing
{
    private const string Switch = "/proc/sys/kernel/ftrace_enabled";

    /// <summary>
    /// For tests of what else there is, where the kernel's own switch cannot be turned off (Linux 7).
    /// </summary>
    private const string TestSwitch = "TCPTOP_TEST_FUNCTION_HOOKS";

    public static bool IsOn() => IsOn(Switch) && Environment.GetEnvironmentVariable(TestSwitch) != "off";

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

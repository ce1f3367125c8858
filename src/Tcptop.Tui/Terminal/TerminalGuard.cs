using System.Runtime.InteropServices;

using Native = Tcptop.Tui.Terminal.TerminalNative;

namespace Tcptop.Tui.Terminal;

/// <summary>
/// What gives the terminal back when a signal kills, also one of a fault: C code that only the
/// NativeAOT build has (src/Tcptop/terminal_guard.c).
/// </summary>
internal static partial class TerminalGuard
{
    /// <summary>Whether this build has it; the build says so.</summary>
    public static bool IsThere { get; } =
        AppContext.TryGetSwitch("Tcptop.TerminalGuard", out var isThere) && isThere;

    /// <summary>Before the terminal is switched.</summary>
    public static void Arm(
        int keys, int screen, in Native.Termios modes, ReadOnlySpan<byte> leaveSequence)
    {
        if (IsThere)
            NativeArm(keys, screen, modes, leaveSequence, leaveSequence.Length);
    }

    /// <summary>After it has been given back.</summary>
    public static void Disarm()
    {
        if (IsThere)
            NativeDisarm();
    }

    [LibraryImport("terminal_guard", EntryPoint = "terminal_guard_arm")]
    private static partial void NativeArm(
        int keys, int screen, in Native.Termios modes, ReadOnlySpan<byte> leave, int length);

    [LibraryImport("terminal_guard", EntryPoint = "terminal_guard_disarm")]
    private static partial void NativeDisarm();
}

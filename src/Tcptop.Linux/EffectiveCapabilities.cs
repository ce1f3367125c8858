using System.Runtime.InteropServices;

namespace Tcptop.Linux;

/// <summary>
/// This process has, or may have, rights that its caller lacks and that it cannot do without at will.
/// </summary>
public sealed class BorrowedRightsException(string message) : Exception(message);

/// <summary>
/// The capabilities that are in effect for a thread. A file with capabilities (setcap) has them for whoever
/// starts it, and what he names must be opened with his rights alone. So no thread has any in effect, but
/// while it does what needs them. The kernel keeps them by thread, and a new thread begins with those of the
/// thread that made it.
/// </summary>
public static unsafe class EffectiveCapabilities
{
    private const uint Version = 0x20080522; // _LINUX_CAPABILITY_VERSION_3
    private const int Ambient = 47; // PR_CAP_AMBIENT
    private const nuint IsAmbient = 1; // PR_CAP_AMBIENT_IS_SET

    /// <summary>Root's are left alone: he may open everything anyway.</summary>
    private static bool _areRaisedWhereNeeded;

    /// <summary>Scopes of this thread, one in another.</summary>
    [ThreadStatic]
    private static int _raised;

    /// <summary>Before anything else is done, on the first thread.</summary>
    /// <exception cref="BorrowedRightsException">What the user names could not be opened with his own
    /// rights.</exception>
    public static void LowerAtStart()
    {
        if (NativeMethods.geteuid() != NativeMethods.getuid() || NativeMethods.getegid() != NativeMethods.getgid())
            throw new BorrowedRightsException(
                "tcptop must not be set-user-ID or set-group-ID; use sudo, or setcap (tcptop(8), PRIVILEGES)");
        var permitted = Read().Permitted;
        if (NativeMethods.geteuid() == 0 || permitted == 0)
            return;
        if (TryChange(inEffect: false) is not 0 and var errno)
        {
            // A sandbox such as systemd's may refuse it. Unless the file has brought them, they are the caller's own.
            if (AreCallersOwn(permitted))
                return;
            throw new BorrowedRightsException(
                $"cannot lower this process's capabilities: {Marshal.GetPInvokeErrorMessage(errno)}");
        }
        _areRaisedWhereNeeded = true;
    }

    /// <summary>
    /// Puts all that this process may have into effect for the calling thread, until the scope is disposed.
    /// </summary>
    public static Scope Raise()
    {
        if (!_areRaisedWhereNeeded)
            return default;
        if (_raised == 0)
            Change(inEffect: true);
        _raised++;
        return new Scope(isRaised: true);
    }

    /// <summary>For a thread that opens nothing that the user names: as <see cref="Raise"/>, for its life.</summary>
    public static void RaiseForThisThread() => _ = Raise();

    /// <summary>
    /// Before something is opened that the user names, and for a thread that needs no capabilities: one that
    /// was made while they were in effect has them too. Not within <see cref="Raise"/>.
    /// </summary>
    public static void LowerForThisThread()
    {
        if (_areRaisedWhereNeeded && Read().Effective != 0)
            Change(inEffect: false);
    }

    /// <summary>
    /// Those that the caller hands on by himself are ambient; a file that has capabilities leaves none so.
    /// </summary>
    private static bool AreCallersOwn(ulong permitted)
    {
        for (var bit = 0; bit < 64; bit++)
        {
            if ((permitted >> bit & 1) != 0 && NativeMethods.prctl(Ambient, IsAmbient, (nuint)bit, 0, 0) != 1)
                return false;
        }
        return true;
    }

    private static void Change(bool inEffect)
    {
        if (TryChange(inEffect) is not 0 and var errno)
            throw new KernelException(
                inEffect ? "raise this thread's capabilities" : "lower this thread's capabilities", errno);
    }

    /// <summary>Returns 0 or the error.</summary>
    private static int TryChange(bool inEffect)
    {
        var header = new NativeMethods.CapabilityHeader { Version = Version };
        var sets = stackalloc NativeMethods.CapabilitySets[2];
        if (NativeMethods.capget(&header, sets) != 0)
            return Marshal.GetLastPInvokeError();
        for (var half = 0; half < 2; half++)
            sets[half].Effective = inEffect ? sets[half].Permitted : 0;
        return NativeMethods.capset(&header, sets) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    private static (ulong Effective, ulong Permitted) Read()
    {
        var header = new NativeMethods.CapabilityHeader { Version = Version };
        var sets = stackalloc NativeMethods.CapabilitySets[2];
        if (NativeMethods.capget(&header, sets) != 0)
            throw KernelException.FromLastError("read this thread's capabilities");
        return ((ulong)sets[1].Effective << 32 | sets[0].Effective, (ulong)sets[1].Permitted << 32 | sets[0].Permitted);
    }

    /// <summary>To be disposed by the thread that it was made on.</summary>
    public readonly ref struct Scope
    {
        private readonly bool _isRaised;

        internal Scope(bool isRaised) => _isRaised = isRaised;

        public void Dispose()
        {
            if (_isRaised && --_raised == 0)
                Change(inEffect: false);
        }
    }
}

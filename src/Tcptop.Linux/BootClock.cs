using System.Runtime.InteropServices;

namespace Tcptop.Linux;

/// <summary>
/// The clock that the kernel stamps processes with. .NET's own does not count the time that the host was
/// suspended.
/// </summary>
public static unsafe class BootClock
{
    private const int ClockOfBoot = 7; // CLOCK_BOOTTIME

    public static TimeSpan Now
    {
        get
        {
            NativeMethods.ClockTime now;
            if (NativeMethods.clock_gettime(ClockOfBoot, &now) != 0)
                throw new InvalidOperationException(
                    $"The boot clock cannot be read: {Marshal.GetLastPInvokeErrorMessage()}");
            return TimeSpan.FromSeconds(now.Seconds)
                + TimeSpan.FromTicks(now.Nanoseconds / TimeSpan.NanosecondsPerTick);
        }
    }
}

using System.Runtime.InteropServices;

namespace Tcptop.Libbpf;

/// <summary>A call into the kernel or libbpf failed: what was tried, the kernel's answer, and libbpf's last words on it.</summary>
public sealed class BpfException(string deed, int errno, string? detail = null)
    : Exception($"cannot {deed}: {Marshal.GetPInvokeErrorMessage(errno)}{(string.IsNullOrEmpty(detail) ? "" : $" ({detail})")}")
{
    public const int NotPermitted = 1;
    public const int AccessDenied = 13;
    public const int TooManyOpenFiles = 24;

    /// <summary>What was tried, to stand after "cannot".</summary>
    public string Deed { get; } = deed;

    /// <summary>Positive errno.</summary>
    public int Errno { get; } = errno;

    public bool IsRefusal => Errno is NotPermitted or AccessDenied;

    /// <summary>For calls that leave the error in errno.</summary>
    internal static BpfException FromLastError(string deed) => new(deed, Marshal.GetLastPInvokeError(), LibbpfLog.TakeLastWords());
}

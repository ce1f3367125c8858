using System.Runtime.InteropServices;

namespace Tcptop.Linux;

/// <summary>
/// A call into the kernel failed, perhaps by way of a library: what was tried, the kernel's answer, and the
/// library's last words on it.
/// </summary>
public sealed class KernelException(string deed, int errno, string? detail = null)
    : Exception(
        $"cannot {deed}: {Marshal.GetPInvokeErrorMessage(errno)}{(string.IsNullOrEmpty(detail) ? "" : $" ({detail})")}")
{
    public const int NotPermitted = 1;
    public const int OutOfMemory = 12;
    public const int AccessDenied = 13;
    public const int TooManyOpenFilesOnHost = 23;
    public const int TooManyOpenFiles = 24;

    /// <summary>What was tried, to stand after "cannot".</summary>
    public string Deed { get; } = deed;

    /// <summary>Positive errno.</summary>
    public int Errno { get; } = errno;

    /// <summary>
    /// Files or memory are lacking, of this process or the host: that says nothing of what was tried.
    /// </summary>
    public bool IsShortage => MeansShortage(Errno);

    public static bool MeansShortage(int errno) => errno == OutOfMemory || MeansShortOfFiles(errno);

    public static bool MeansShortOfFiles(int errno) => errno is TooManyOpenFiles or TooManyOpenFilesOnHost;

    /// <summary>Of an exception of .NET's, which hands on what the kernel said.</summary>
    public static bool IsShortOfFilesIn(Exception e) => e is IOException && MeansShortOfFiles(e.HResult);

    public bool IsRefusal => MeansRefusal(Errno);

    public static bool MeansRefusal(int errno) => errno is NotPermitted or AccessDenied;

    /// <summary>For calls that leave the error in errno.</summary>
    public static KernelException FromLastError(string deed, string? detail = null) =>
        new(deed, Marshal.GetLastPInvokeError(), detail);
}

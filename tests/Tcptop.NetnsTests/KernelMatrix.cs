namespace Tcptop.NetnsTests;

/// <summary>Marks tests that need what the guests of tests/kernel-matrix have and other hosts need not.</summary>
internal static class KernelMatrix
{
    public const string Trait = "needs";
    public const string Guest = "kernel-matrix";

    public static bool IsGuest => Environment.GetEnvironmentVariable("TCPTOP_TEST_GUEST") == "1";
}

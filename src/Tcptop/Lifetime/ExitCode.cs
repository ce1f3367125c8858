namespace Tcptop.Lifetime;

/// <summary>Scripts rely on these; 69 and 77 are those of sysexits.h.</summary>
internal static class ExitCode
{
    public const int Ok = 0;
    public const int Failed = 1;
    public const int BadUsage = 2;
    public const int Unsupported = 69;
    public const int NoPrivilege = 77;
}

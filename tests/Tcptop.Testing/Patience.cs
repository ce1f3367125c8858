using System.Globalization;

namespace Tcptop.Testing;

/// <summary>
/// How much longer tests wait here than on a usual machine: TCPTOP_TEST_PATIENCE, for machines that are
/// emulated or shared; 1 without it.
/// </summary>
public static class Patience
{
    private static readonly double Factor =
        Environment.GetEnvironmentVariable("TCPTOP_TEST_PATIENCE") is { Length: > 0 } given
            ? double.Parse(given, CultureInfo.InvariantCulture)
            : 1;

    public static TimeSpan Of(TimeSpan usual) => usual * Factor;
}

namespace Tcptop.Testing;

/// <summary>
/// Marks tests of what goes wrong around tcptop: <c>make test-faults</c> runs them, for they are rough and
/// take their time.
/// </summary>
public static class FaultTests
{
    public const string Trait = "kind";
    public const string Fault = "fault";
}

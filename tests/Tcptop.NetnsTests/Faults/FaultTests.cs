namespace Tcptop.NetnsTests.Faults;

/// <summary>Marks tests of what goes wrong around tcptop: <c>make test-faults</c> runs them, for they are rough and take their time.</summary>
internal static class FaultTests
{
    public const string Trait = "kind";
    public const string Fault = "fault";
}

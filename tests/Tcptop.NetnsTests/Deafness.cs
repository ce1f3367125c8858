namespace Tcptop.NetnsTests;

/// <summary>
/// A firewall that drops what comes into a namespace: what was sent there has left, and has not
/// come.
/// </summary>
internal static class Deafness
{
    /// <param name="what">Of TCP; all of it, if nothing is said.</param>
    public static void Of(IsolatedNamespace place, string what = "tcp dport 0-65535") => place.Run(
        "nft",
        "add table inet deaf; add chain inet deaf in { type filter hook input priority 0; }; "
        + $"add rule inet deaf in {what} drop");

    public static void End(IsolatedNamespace place) => place.Run("nft", "delete table inet deaf");
}

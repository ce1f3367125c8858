using System.Globalization;
using System.Net.Sockets;
using Tcptop.Testing;

namespace Tcptop.NetnsTests;

/// <summary>
/// Of tcptop's rows those of sockets of the test, found by the kernel's id of the socket.
/// </summary>
internal static class OwnRows
{
    private const int LevelSocket = 1;
    private const int OptionCookie = 57;

    public static ulong IdOf(Socket socket)
    {
        Span<byte> cookie = stackalloc byte[sizeof(ulong)];
        socket.GetRawSocketOption(LevelSocket, OptionCookie, cookie);
        return BitConverter.ToUInt64(cookie);
    }

    /// <summary>As a row has it.</summary>
    public static string CookieOf(Socket socket) =>
        IdOf(socket).ToString(CultureInfo.InvariantCulture);

    public static IReadOnlyList<JsonRow> Of(this TcptopProcess tcptop, string cookie) =>
        [.. tcptop.Rows().Where(row => row.Cookie == cookie)];

    /// <summary>The first row of the socket that fulfils the condition.</summary>
    public static JsonRow WaitFor(
        this TcptopProcess tcptop, string cookie, Func<JsonRow, bool> condition, string promise)
    {
        JsonRow? found = null;
        Eventually.True(
            () => (found = tcptop.Of(cookie).FirstOrDefault(condition)) is not null,
            promise,
            () => string.Join('\n', tcptop.Of(cookie).TakeLast(4)));
        return found!;
    }

    public static JsonRow WaitForEnd(this TcptopProcess tcptop, string cookie) =>
        tcptop.WaitFor(cookie, row => row.Closed, "the connection is shown closed");

    /// <summary>The row of a refresh that has begun after this call.</summary>
    public static JsonRow Fresh(this TcptopProcess tcptop, string cookie) =>
        tcptop.FreshAll(cookie)[0];

    /// <summary>The same of a socket with several.</summary>
    public static IReadOnlyList<JsonRow> FreshAll(this TcptopProcess tcptop, string cookie)
    {
        // A refresh is stamped at its end: the first one stamped later may have looked at the
        // socket before. Of the last that is there, not all of the rows may have come.
        var called = DateTimeOffset.UtcNow;
        DateTimeOffset[] later = [];
        Eventually.True(
            () => (later = Later()).Length > 2,
            "three more refreshes show the socket",
            () => string.Join('\n', tcptop.Of(cookie).TakeLast(4)));
        return [.. tcptop.Of(cookie).Where(row => row.Timestamp == later[1])];

        DateTimeOffset[] Later() =>
            [.. tcptop.Of(cookie).Select(row => row.Timestamp).Where(at => at > called).Distinct()];
    }
}

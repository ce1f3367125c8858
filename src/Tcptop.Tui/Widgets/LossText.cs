using System.Collections.Immutable;
using System.Globalization;
using Tcptop.Model;

namespace Tcptop.Tui.Widgets;

/// <summary>What the screen reports of each loss: a sentence in the header, its cause in the help.</summary>
internal static class LossText
{
    /// <summary>Room for any text of this.</summary>
    public const int LongestText = 128;

    private const string Pointer = " (? explains)";

    public static readonly ImmutableArray<Words> All =
    [
        new("connections_vanished",
            "connection ended unseen; its last bytes are missing",
            "connections ended unseen; their last bytes are missing",
            "ended unseen: the last record never came"),
        new("closed_ring_full",
            "connection ended unrecorded; its last bytes are missing",
            "connections ended unrecorded; their last bytes are missing",
            "unrecorded: no room left in the kernel's buffer"),
        new("closed_queue_full",
            "connection ended unread; its last bytes are missing",
            "connections ended unread; their last bytes are missing",
            "unread: tcptop could not keep up with the ends"),
        new("programs_skipped",
            "eBPF program run was skipped; counts may be low",
            "eBPF program runs were skipped; counts may be low",
            "the program was already running on that CPU"),
        new("socket_storage_failed",
            "socket has no row until it ends",
            "sockets have no row until they end",
            "no kernel memory for what tcptop notes of a socket"),
        new("snapshot_unreachable",
            "row is missing from a refresh",
            "rows are missing from refreshes",
            "the kernel could not write the row"),
        new("held_sockets_full",
            "look at an MPTCP or io_uring socket left its former owner",
            "looks at MPTCP or io_uring sockets left their former owners",
            "no room to note the process behind the socket"),
        new("udp_flows_full",
            "UDP datagram is counted without its peer",
            "UDP datagrams are counted without their peers",
            "the table of 65,536 UDP flows was full"),
        new("udp_flows_ended_early",
            "UDP flow ended early to make room; its total is exact",
            "UDP flows ended early to make room; their totals are exact",
            "the table of 65,536 UDP flows was nearly full"),
        new("udp_sockets_full",
            "UDP flow has no owner",
            "UDP flows have no owner",
            "the table of UDP sockets was full"),
        new("udp_unreadable",
            "UDP datagram is not counted",
            "UDP datagrams are not counted",
            "the headers could not be read"),
        new("udp_peer_unknown",
            "UDP datagram may be counted for the wrong peer",
            "UDP datagrams may be counted for the wrong peer",
            "a connected socket sent to another address"),
        new("names_unanswered",
            "name or command did not come in time",
            "names or commands did not come in time",
            "reading of a process, mount or file took too long"),
        new("rows_cut",
            "row was left out",
            "rows were left out",
            "a refresh had more than --max-rows"),
    ];

    /// <summary>Returns the length.</summary>
    public static int Format(Loss loss, Span<char> text)
    {
        foreach (var words in All)
        {
            if (string.Equals(words.Name, loss.Name, StringComparison.Ordinal))
                return Write(text, loss.Count, loss.Count == 1 ? words.One : words.Many);
        }
        return text.TryWrite(CultureInfo.InvariantCulture, $"Lost: {loss.Name} {loss.Count}", out var length)
            ? length
            : 0;
    }

    /// <summary>In place of those that have no line of their own. Returns the length.</summary>
    public static int FormatMore(int kinds, bool isFirst, Span<char> text) =>
        Write(text, (ulong)kinds, isFirst ? "kinds of loss" : "more kinds of loss");

    /// <summary>
    /// Without an interpolated string, which boxes the number until the runtime has compiled it for good.
    /// </summary>
    private static int Write(Span<char> text, ulong count, string what)
    {
        var hasCount = count.TryFormat(text, out var length, default, CultureInfo.InvariantCulture);
        if (!hasCount || length + 1 + what.Length + Pointer.Length > text.Length)
            return 0;
        text[length++] = ' ';
        what.CopyTo(text[length..]);
        length += what.Length;
        Pointer.CopyTo(text[length..]);
        return length + Pointer.Length;
    }

    /// <param name="Name">The name of the loss in text, notes and the manual page.</param>
    /// <param name="One">The sentence behind a count of one.</param>
    /// <param name="Many">The sentence behind any other count.</param>
    /// <param name="Cause">Why it happens.</param>
    internal sealed record Words(string Name, string One, string Many, string Cause);
}

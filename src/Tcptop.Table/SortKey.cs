using System.Text;
using Tcptop.Model;
using Tcptop.Model.Fields;

namespace Tcptop.Table;

/// <summary>
/// A row's place in an order, as three numbers to be compared one after the other, so that 100,000 rows are
/// compared without looking at them again. What the column does not know comes last in either direction.
/// <see cref="Third"/> ends in the socket's cookie, ascending in either direction: equal rows keep their
/// places. (Two flows of one UDP socket are still equal here; their keys tell.)
/// </summary>
internal readonly record struct SortKey(ulong First, ulong Second, ulong Third)
{
    /// <summary>Greater than any that is known, which are of 63 bits.</summary>
    private const ulong Unknown = ulong.MaxValue;

    private const ulong Greatest = ulong.MaxValue >> 1;

    // Of an address with its port, the third number has what did not fit the others: the address's last bit
    // and the port.
    private const int PortShift = 47;
    private const ulong CookieMask = (1UL << PortShift) - 1;

    /// <param name="rows">The table's.</param>
    /// <param name="slot">Of the row.</param>
    /// <param name="order">What it is sorted by.</param>
    /// <param name="host">Asked for what the host alone knows.</param>
    public static SortKey Of(TableRows rows, int slot, SortOrder order, HostAnswers host)
    {
        if (order.Field != FieldList.RateTotal)
        {
            rows.Read(slot, out var record);
            return Of(record, order, host);
        }
        // The usual order. A row has it at hand, and in its first refresh, in which it has no rate, a place in it.
        ref var row = ref rows[slot];
        return OfFraction(row.Identity.Cookie, row.RateForOrder, order.IsDescending);
    }

    private static SortKey Of(in ConnectionRecord record, SortOrder order, HostAnswers host)
    {
        var cookie = record.Key.SocketCookie;
        return order.Field switch
        {
            NumberField number => OfNumber(cookie, number.Read(record), order.IsDescending),
            FractionField fraction => OfFraction(cookie, fraction.Read(record), order.IsDescending),
            NameField name => OfName(cookie, name.Read(record), order.IsDescending),
            EndpointField end => OfEndpoint(cookie, end.Read(record), order.IsDescending),
            AddressField address => OfEndpoint(cookie, new Endpoint(address.Read(record), 0), order.IsDescending),
            TextField { Place: { } place } => OfNumber(cookie, place(record), order.IsDescending),
            TextField text => OfText(cookie, TextOf(record, text, host), order.IsDescending),
            FlagField flag => OfNumber(cookie, flag.Read(record) ? 1u : 0u, order.IsDescending),
            ShareField share => OfNumber(cookie, share.Read(record)?.Part, order.IsDescending),
            TimeField time => OfNumber(cookie, TicksOf(record, time, host), order.IsDescending),
            _ => OfNothing(cookie),
        };
    }

    /// <summary>The words that a row is sorted by.</summary>
    public static string? TextOf(in ConnectionRecord row, TextField field, HostAnswers host) =>
        field.Read(row, field.Asks == HostFact.None ? default : host.Of(row));

    /// <summary>As the numbers compare them, but to their end.</summary>
    public static int CompareWords(ReadOnlySpan<char> one, ReadOnlySpan<char> other)
    {
        var length = Math.Min(one.Length, other.Length);
        for (var i = 0; i < length; i++)
        {
            var compared = LowerCase(one[i]) - LowerCase(other[i]);
            if (compared != 0)
                return compared;
        }
        return one.Length.CompareTo(other.Length);
    }

    /// <summary>Whether there is more of the words than the numbers tell.</summary>
    public bool IsCut(bool isDescending) => First != Unknown && (Second & 1) != 0 != isDescending;

    /// <summary>Below zero when this comes first; zero only for rows that have the same cookie.</summary>
    public int CompareTo(in SortKey other)
    {
        if (First != other.First)
            return First < other.First ? -1 : 1;
        if (Second != other.Second)
            return Second < other.Second ? -1 : 1;
        return Third.CompareTo(other.Third);
    }

    private static SortKey OfNumber(ulong cookie, ulong? value, bool isDescending)
    {
        if (value is not { } number)
            return OfNothing(cookie);
        number = Math.Min(number, Greatest);
        return new SortKey(isDescending ? Greatest - number : number, 0, cookie);
    }

    /// <summary>The bits of numbers that are not negative are ordered as the numbers are.</summary>
    private static SortKey OfFraction(ulong cookie, double? value, bool isDescending) =>
        OfNumber(cookie, value is { } number ? BitConverter.DoubleToUInt64Bits(number) : null, isDescending);

    private static ulong? TicksOf(in ConnectionRecord row, TimeField field, HostAnswers host)
    {
        var facts = field.Asks == HostFact.None ? default : host.Of(row);
        return (ulong?)field.Read(row, facts, DateTimeOffset.UnixEpoch)?.UtcTicks;
    }

    private static SortKey OfEndpoint(ulong cookie, Endpoint endpoint, bool isDescending)
    {
        var address = endpoint.Address.Value;
        var tail = ((ulong)(address & 1) << 16) | endpoint.Port;
        var (high, low) = ((ulong)(address >> 65), (ulong)(address >> 1));
        if (isDescending)
            (high, low, tail) = (Greatest - high, ~low, 0x1_FFFF - tail);
        return new SortKey(high, low, (tail << PortShift) | (cookie & CookieMask));
    }

    /// <summary>
    /// By as much of its beginning as a process name has. Who compares two that are cut has to look at the
    /// rest.
    /// </summary>
    private static SortKey OfText(ulong cookie, string? text, bool isDescending)
    {
        if (text is null)
            return OfNothing(cookie);
        Span<byte> bytes = stackalloc byte[KernelName.ByteLength * 3];
        var length = Encoding.UTF8.GetBytes(text.AsSpan(0, Math.Min(text.Length, KernelName.ByteLength)), bytes);
        var isCut = length >= KernelName.ByteLength;
        return OfWords(cookie, KernelName.FromBytes(bytes[..length]), isCut, isDescending);
    }

    private static SortKey OfName(ulong cookie, KernelName name, bool isDescending) =>
        name.IsEmpty ? OfNothing(cookie) : OfWords(cookie, name, isCut: false, isDescending);

    /// <summary>
    /// Upper and lower case are one. The last of the sixteen bytes is 0: there is room to shift, and for what
    /// was cut.
    /// </summary>
    private static SortKey OfWords(ulong cookie, KernelName name, bool isCut, bool isDescending)
    {
        var (high, low) = name.Value;
        (high, low) = (LowerCase(high), LowerCase(low));
        (high, low) = (high >> 1, (high << 63) | (low >> 1) | (isCut ? 1UL : 0));
        if (isDescending)
            (high, low) = (Greatest - high, ~low);
        return new SortKey(high, low, cookie);
    }

    private static char LowerCase(char letter) => letter is >= 'A' and <= 'Z' ? (char)(letter | 0x20) : letter;

    /// <summary>Eight bytes at once, each on its own: the letters A to Z get the bit that makes them small.</summary>
    private static ulong LowerCase(ulong bytes)
    {
        const ulong EachByte = 0x0101_0101_0101_0101;
        const ulong HighBits = 0x80 * EachByte;
        var seven = bytes & ~HighBits;
        var isFromA = seven + (0x80 - 'A') * EachByte;
        var isBehindZ = seven + (0x7F - 'Z') * EachByte;
        var isLetter = (isFromA ^ isBehindZ) & ~bytes & HighBits;
        return bytes | (isLetter >> 2);
    }

    private static SortKey OfNothing(ulong cookie) => new(Unknown, 0, cookie);
}

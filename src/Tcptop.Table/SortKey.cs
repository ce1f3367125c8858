using System.Text;
using Tcptop.Model;

namespace Tcptop.Table;

/// <summary>
/// A row's place in an order, as three numbers to be compared one after the other, so that 100,000 rows are compared without looking at them again.
/// What the column does not know comes last in either direction. <see cref="Third"/> ends in the socket's cookie, ascending in either direction: equal
/// rows keep their places. (Two flows of one UDP socket are still equal here; their keys tell.)
/// </summary>
internal readonly record struct SortKey(ulong First, ulong Second, ulong Third)
{
    /// <summary>Greater than any that is known, which are of 63 bits.</summary>
    private const ulong Unknown = ulong.MaxValue;

    private const ulong Greatest = ulong.MaxValue >> 1;

    // Of an address with its port, the third number has what did not fit the others: the address's last bit and the port.
    private const int PortShift = 47;
    private const ulong CookieMask = (1UL << PortShift) - 1;

    private static readonly byte[] StatePlaces = PlacesOfStates();

    public static SortKey Of(in ConnectionRow row, SortOrder order, ContainerNames containers) => order.Column switch
    {
        SortColumn.Local => OfEndpoint(row, row.Local, order.IsDescending),
        SortColumn.Remote => OfEndpoint(row, row.Remote, order.IsDescending),
        SortColumn.Process => OfProcess(row, order.IsDescending),
        SortColumn.Container => OfText(row, containers.NameOf(row), order.IsDescending),
        _ => OfNumber(row, NumberOf(row, order.Column), order.IsDescending),
    };

    /// <summary>Below zero when this comes first; zero only for rows that have the same cookie.</summary>
    public int CompareTo(in SortKey other)
    {
        if (First != other.First)
            return First < other.First ? -1 : 1;
        if (Second != other.Second)
            return Second < other.Second ? -1 : 1;
        return Third.CompareTo(other.Third);
    }

    private static ulong NumberOf(in ConnectionRow row, SortColumn column) => column switch
    {
        SortColumn.Protocol => (ulong)row.Protocol,
        SortColumn.Pid => row.Owner.IsVisible ? row.Owner.Pid : Unknown,
        SortColumn.State => row.State is { } state ? PlaceOf(state) : Unknown,
        SortColumn.Rtt => row.RttUs ?? Unknown,
        _ when !row.HasCounters => Unknown,
        SortColumn.RateTotal => OfRate(row.RateForOrder),
        SortColumn.RateIn => OfRate(row.RateIn),
        SortColumn.RateOut => OfRate(row.RateOut),
        SortColumn.BytesIn => row.BytesIn,
        SortColumn.BytesOut => row.BytesOut,
        SortColumn.PacketsIn => row.PacketsIn,
        SortColumn.PacketsOut => row.PacketsOut,
        _ => Unknown,
    };

    /// <summary>The bits of numbers that are not negative are ordered as the numbers are.</summary>
    private static ulong OfRate(double? rate) => rate is { } known ? BitConverter.DoubleToUInt64Bits(known) : Unknown;

    private static SortKey OfNumber(in ConnectionRow row, ulong number, bool isDescending)
    {
        if (number != Unknown && isDescending)
            number = Greatest - Math.Min(number, Greatest);
        return new SortKey(number, 0, row.Key.SocketCookie);
    }

    private static SortKey OfEndpoint(in ConnectionRow row, Endpoint endpoint, bool isDescending)
    {
        var address = endpoint.Address.Value;
        var tail = ((ulong)(address & 1) << 16) | endpoint.Port;
        var (high, low) = ((ulong)(address >> 65), (ulong)(address >> 1));
        if (isDescending)
            (high, low, tail) = (Greatest - high, ~low, 0x1_FFFF - tail);
        return new SortKey(high, low, (tail << PortShift) | (row.Key.SocketCookie & CookieMask));
    }

    private static SortKey OfProcess(in ConnectionRow row, bool isDescending) =>
        row.ProcessName.IsEmpty ? OfNothing(row) : OfName(row, row.ProcessName, isDescending);

    /// <summary>By as much of its beginning as a process name has: names that differ only later stand together, in no order.</summary>
    private static SortKey OfText(in ConnectionRow row, string? name, bool isDescending)
    {
        if (name is null)
            return OfNothing(row);
        Span<byte> bytes = stackalloc byte[KernelName.ByteLength * 3];
        var length = Encoding.UTF8.GetBytes(name.AsSpan(0, Math.Min(name.Length, KernelName.ByteLength)), bytes);
        return OfName(row, KernelName.FromBytes(bytes[..length]), isDescending);
    }

    /// <summary>Upper and lower case are one. The last of the sixteen bytes is 0, so that its lowest bit may go.</summary>
    private static SortKey OfName(in ConnectionRow row, KernelName name, bool isDescending)
    {
        var (high, low) = name.Value;
        (high, low) = (LowerCase(high), LowerCase(low));
        (high, low) = (high >> 1, (high << 63) | (low >> 1));
        if (isDescending)
            (high, low) = (Greatest - high, ~low);
        return new SortKey(high, low, row.Key.SocketCookie);
    }

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

    private static SortKey OfNothing(in ConnectionRow row) => new(Unknown, 0, row.Key.SocketCookie);

    private static ulong PlaceOf(TcpState state) => (byte)state < StatePlaces.Length ? StatePlaces[(byte)state] : (ulong)StatePlaces.Length;

    /// <summary>By name, as they are read.</summary>
    private static byte[] PlacesOfStates()
    {
        var states = Enum.GetValues<TcpState>();
        Array.Sort(states, static (one, other) => string.CompareOrdinal(one.Name(), other.Name()));
        var places = new byte[states.Length + 1];
        for (var place = 0; place < states.Length; place++)
            places[(byte)states[place]] = (byte)place;
        return places;
    }
}

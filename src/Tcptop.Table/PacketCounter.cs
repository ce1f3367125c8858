namespace Tcptop.Table;

/// <summary>
/// Follows a kernel counter that may be 32 bits wide and so wraps, and gives the total it stands for.
/// </summary>
internal static class PacketCounter
{
    /// <summary>
    /// The total after a further reading. A step of more than half the range is not a wrap but a reading taken out
    /// of order: it is left out, for a total never goes backwards.
    /// </summary>
    /// <param name="total">Before it. Of a counter that wraps, its lowest 32 bits are the reading before.</param>
    /// <param name="reading">What the counter says now.</param>
    /// <param name="wrapsAt32Bits">Else the reading is the total.</param>
    public static ulong Advance(ulong total, ulong reading, bool wrapsAt32Bits)
    {
        if (!wrapsAt32Bits)
            return Math.Max(total, reading);
        var step = (uint)reading - (uint)total;
        return step > int.MaxValue ? total : total + step;
    }
}

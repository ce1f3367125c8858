namespace Tcptop.Table;

/// <summary>Follows a kernel counter that may be 32 bits wide and so wraps, and gives the total it stands for.</summary>
internal struct WrappingCounter
{
    private ulong _lastReading;

    public ulong Total { get; private set; }

    /// <summary>
    /// Takes the next reading. A 32-bit step of more than half the range is not a wrap but a reading taken out of order: it is left out,
    /// for a total never goes backwards.
    /// </summary>
    public void Take(ulong reading, bool wrapsAt32Bits, bool first)
    {
        if (first)
        {
            Total = reading;
            _lastReading = reading;
            return;
        }
        var step = wrapsAt32Bits ? (uint)(reading - _lastReading) : reading - _lastReading;
        if (step > (wrapsAt32Bits ? (ulong)int.MaxValue : long.MaxValue))
            return;
        Total += step;
        _lastReading = reading;
    }
}

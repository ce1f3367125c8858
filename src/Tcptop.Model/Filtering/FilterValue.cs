using System.Globalization;

namespace Tcptop.Model.Filtering;

/// <summary>What a field is compared with, as its kind wants it.</summary>
public abstract record FilterValue;

/// <summary>In the unit of the field.</summary>
/// <param name="Value">The number,</param>
/// <param name="Whole">and all of its digits, where it is whole and not less than 0.</param>
/// <param name="Text">As it was typed.</param>
public sealed record FilterNumber(double Value, ulong? Whole, string Text) : FilterValue
{
    public override string ToString() => Text;
}

public sealed record FilterText(string Text) : FilterValue
{
    public override string ToString() => FilterWords.Quote(Text);
}

/// <summary>An address, or all that begin like it.</summary>
/// <param name="Address">Any that is in it.</param>
/// <param name="PrefixLength">Of 128 bits, for IPv4 too.</param>
public sealed record FilterNet(HostAddress Address, int PrefixLength) : FilterValue
{
    private const int AllBits = 128;
    private const int BitsBeforeIPv4 = 96;

    private readonly UInt128 _mask = PrefixLength == 0 ? UInt128.Zero : UInt128.MaxValue << (AllBits - PrefixLength);

    /// <summary>No IPv4 address is in a net of IPv6, not even in all of it.</summary>
    public bool Has(HostAddress address) =>
        address.IsIPv4 == Address.IsIPv4 && ((address.Value ^ Address.Value) & _mask) == UInt128.Zero;

    public override string ToString()
    {
        if (PrefixLength == AllBits)
            return Address.ToString();
        var length = Address.IsIPv4 ? PrefixLength - BitsBeforeIPv4 : PrefixLength;
        return string.Create(CultureInfo.InvariantCulture, $"{Address}/{length}");
    }
}

public sealed record FilterEndpoint(Endpoint Endpoint) : FilterValue
{
    public override string ToString() => Endpoint.ToString();
}

public sealed record FilterFlag(bool IsSet) : FilterValue
{
    public override string ToString() => IsSet ? "yes" : "no";
}

public sealed record FilterTime(DateTimeOffset Time) : FilterValue
{
    public override string ToString() => Time.ToString("O", CultureInfo.InvariantCulture);
}

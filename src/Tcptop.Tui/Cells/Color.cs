namespace Tcptop.Tui.Cells;

/// <summary>A 24-bit colour, or the terminal's own default; the terminal gets the nearest one it has.</summary>
internal readonly record struct Color
{
    private const uint IsSet = 0x0100_0000;

    private readonly uint _value;

    private Color(uint value) => _value = value;

    public static Color Default => default;

    public bool IsDefault => _value == 0;

    public byte Red => (byte)(_value >> 16);

    public byte Green => (byte)(_value >> 8);

    public byte Blue => (byte)_value;

    public static Color FromRgb(byte red, byte green, byte blue) => new(IsSet | (uint)(red << 16 | green << 8 | blue));
}

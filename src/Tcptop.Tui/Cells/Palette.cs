namespace Tcptop.Tui.Cells;

/// <summary>The nearest colour among the few that a terminal has.</summary>
internal static class Palette
{
    private const int CubeStart = 16;
    private const int CubeSide = 6;
    private const int GreyStart = 232;
    private const int GreyCount = 24;

    /// <summary>
    /// Red, green and blue of the 16 colours as xterm's 256-colour table has them; themes stay near these.
    /// </summary>
    private static ReadOnlySpan<byte> Ansi16 =>
    [
        0, 0, 0, 128, 0, 0, 0, 128, 0, 128, 128, 0, 0, 0, 128, 128, 0, 128, 0, 128, 128, 192, 192, 192,
        128, 128, 128, 255, 0, 0, 0, 255, 0, 255, 255, 0, 0, 0, 255, 255, 0, 255, 0, 255, 255, 255, 255, 255,
    ];

    /// <summary>0 to 7 are the normal colours, 8 to 15 the bright ones.</summary>
    public static int ToAnsi16(Color color)
    {
        var best = 0;
        var bestDistance = int.MaxValue;
        for (var index = 0; index < 16; index++)
        {
            var distance = Distance(color, Ansi16[index * 3], Ansi16[index * 3 + 1], Ansi16[index * 3 + 2]);
            if (distance < bestDistance)
                (best, bestDistance) = (index, distance);
        }
        return best;
    }

    /// <summary>
    /// 16 to 231 are the colour cube, 232 to 255 the greys; the first 16 are themed by the user and are never
    /// chosen.
    /// </summary>
    public static int ToIndexed256(Color color)
    {
        var (red, green, blue) = (NearestStep(color.Red), NearestStep(color.Green), NearestStep(color.Blue));
        var grey = NearestGrey((color.Red + color.Green + color.Blue) / 3);
        var toCube = Distance(color, CubeLevel(red), CubeLevel(green), CubeLevel(blue));
        var toGrey = Distance(color, GreyLevel(grey), GreyLevel(grey), GreyLevel(grey));
        return toGrey < toCube ? GreyStart + grey : CubeStart + (red * CubeSide + green) * CubeSide + blue;
    }

    /// <summary>The cube's levels are 0, 95, 135, 175, 215, 255.</summary>
    private static int CubeLevel(int step) => step == 0 ? 0 : 55 + step * 40;

    private static int NearestStep(int level) => level < 48 ? 0 : level < 115 ? 1 : (level - 35) / 40;

    private static int GreyLevel(int grey) => 8 + grey * 10;

    private static int NearestGrey(int level) => Math.Clamp((level - 3) / 10, 0, GreyCount - 1);

    private static int Distance(Color color, int red, int green, int blue) =>
        Square(color.Red - red) + Square(color.Green - green) + Square(color.Blue - blue);

    private static int Square(int value) => value * value;
}

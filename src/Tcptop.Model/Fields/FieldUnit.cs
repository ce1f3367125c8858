namespace Tcptop.Model.Fields;

/// <summary>What a field's value is measured in. Formats, alignment and the order of sorting follow from it.</summary>
public enum FieldUnit
{
    /// <summary>Words: names, states, addresses.</summary>
    Text,

    Bytes,
    BytesPerSecond,

    /// <summary>TCP segments or UDP datagrams.</summary>
    Packets,

    /// <summary>TCP segments alone.</summary>
    Segments,

    /// <summary>UDP datagrams alone.</summary>
    Datagrams,

    Microseconds,
    Milliseconds,
    Seconds,
    Percent,

    /// <summary>How many there are of something.</summary>
    Count,

    /// <summary>A number that is no amount: a port, a pid.</summary>
    Id,

    /// <summary>A moment on the clock.</summary>
    Time,

    /// <summary>Yes or no.</summary>
    Flag,
}

public static class FieldUnits
{
    /// <summary>As <c>tcptop fields</c> says it; null where there is nothing to say.</summary>
    public static string? Name(this FieldUnit unit) => unit switch
    {
        FieldUnit.Bytes => "bytes",
        FieldUnit.BytesPerSecond => "bytes/s",
        FieldUnit.Packets => "packets",
        FieldUnit.Segments => "segments",
        FieldUnit.Datagrams => "datagrams",
        FieldUnit.Microseconds => "us",
        FieldUnit.Milliseconds => "ms",
        FieldUnit.Seconds => "s",
        FieldUnit.Percent => "percent",
        FieldUnit.Count => "count",
        FieldUnit.Time => "time",
        _ => null,
    };

    /// <summary>Amounts, of which one wants to see the largest first.</summary>
    public static bool IsQuantity(this FieldUnit unit) =>
        unit is not (FieldUnit.Text or FieldUnit.Id or FieldUnit.Time or FieldUnit.Flag);

    public static bool AlignsRight(this FieldUnit unit) => unit.IsQuantity() || unit == FieldUnit.Id;
}

/// <summary>How a field's value behaves from one refresh to the next.</summary>
public enum FieldKind
{
    /// <summary>It only grows, from the birth of the connection on.</summary>
    Counter,

    /// <summary>It goes up and down.</summary>
    Gauge,

    /// <summary>It says what the connection is.</summary>
    Text,
}

/// <summary>Where a field is without being asked for.</summary>
[Flags]
public enum FieldViews
{
    None = 0,

    /// <summary>CSV and JSON.</summary>
    Files = 1,

    Text = 2,

    /// <summary>Text, as soon as a row has something to say in it.</summary>
    TextIfAny = 4,

    Screen = 8,

    /// <summary>The screen, after the key for more columns.</summary>
    MoreOfScreen = 16,
}

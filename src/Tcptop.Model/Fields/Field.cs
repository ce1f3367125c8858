namespace Tcptop.Model.Fields;

/// <summary>
/// One thing that can be said of a connection. Files, text, the screen, the orders of sorting and the
/// documents are all made from the list of these. The subclasses say what form the value has.
/// </summary>
/// <param name="name">Its name in JSON, CSV and on the command line.</param>
/// <param name="title">Its title above a column.</param>
public abstract class Field(string name, string title)
{
    /// <summary>Bound of what others chose, as it is written, where a field does not say more.</summary>
    public const int MostBytesOfText = 1024;

    public string Name { get; } = name;

    public string Title { get; } = title;

    /// <summary>In place of the title on the screen, where width is dear.</summary>
    public string ScreenTitle { get => field ?? Title; init; }

    /// <summary>In place of that in a narrow column.</summary>
    public string ShortTitle { get => field ?? ScreenTitle; init; }

    public FieldUnit Unit { get; init; }

    public FieldKind Kind { get; init; } = FieldKind.Text;

    /// <summary>The kernel's member, or the rule that gives the value.</summary>
    public required string Source { get; init; }

    /// <summary>One line for the user.</summary>
    public required string Help { get; init; }

    public FieldViews Views { get; init; }

    /// <summary>What the host is asked for it; most fields are the kernel's alone.</summary>
    public HostFact Asks { get; init; }

    /// <summary>It changes even while nothing happens to the connection.</summary>
    public bool MovesWithTime { get; init; }

    public override string ToString() => Name;
}

/// <summary>A number that is whole and never less than zero.</summary>
public sealed class NumberField(string name, string title, NumberField.Reader read) : Field(name, title)
{
    /// <summary>Null: the value is not known.</summary>
    public delegate ulong? Reader(in ConnectionRecord row);

    public Reader Read { get; } = read;

    /// <summary>It may be larger than every reader of JSON can hold, and is written as text there.</summary>
    public bool IsHuge { get; init; }
}

/// <summary>A number with decimals, never less than zero.</summary>
public sealed class FractionField(string name, string title, int decimals, FractionField.Reader read)
    : Field(name, title)
{
    /// <summary>Null: the value is not known.</summary>
    public delegate double? Reader(in ConnectionRecord row);

    public Reader Read { get; } = read;

    /// <summary>As many are written.</summary>
    public int Decimals { get; } = decimals;
}

/// <summary>Words, which may be anybody's: escape them before a terminal.</summary>
public sealed class TextField(string name, string title, TextField.Reader read) : Field(name, title)
{
    /// <summary>Null: the value is not known.</summary>
    public delegate string? Reader(in ConnectionRecord row, in RowFacts facts);

    public Reader Read { get; } = read;

    /// <summary>Bound of the value as it is written to a file.</summary>
    public int MostBytes { get; init; } = MostBytesOfText;

    /// <summary>The words are one of a few, and these are their places in the order; null: as they read.</summary>
    public NumberField.Reader? Place { get; init; }
}

/// <summary>A short name of the kernel's: bytes of any kind.</summary>
public sealed class NameField(string name, string title, NameField.Reader read) : Field(name, title)
{
    /// <summary>Empty: the value is not known.</summary>
    public delegate KernelName Reader(in ConnectionRecord row);

    public Reader Read { get; } = read;
}

/// <summary>An IP address without its port.</summary>
public sealed class AddressField(string name, string title, AddressField.Reader read) : Field(name, title)
{
    public delegate HostAddress Reader(in ConnectionRecord row);

    public Reader Read { get; } = read;
}

/// <summary>One end of the connection.</summary>
public sealed class EndpointField(string name, string title, EndpointField.Reader read) : Field(name, title)
{
    public delegate Endpoint Reader(in ConnectionRecord row);

    public Reader Read { get; } = read;

    /// <summary>The other end, which a listener has none of.</summary>
    public bool IsPeer { get; init; }
}

/// <summary>How many there are of how many there may be.</summary>
public sealed class ShareField(string name, string title, ShareField.Reader read) : Field(name, title)
{
    public delegate (uint Part, uint Whole)? Reader(in ConnectionRecord row);

    public Reader Read { get; } = read;
}

public sealed class FlagField(string name, string title, FlagField.Reader read) : Field(name, title)
{
    public delegate bool Reader(in ConnectionRecord row);

    public Reader Read { get; } = read;
}

/// <summary>A moment on the wall clock.</summary>
public sealed class TimeField(string name, string title, TimeField.Reader read) : Field(name, title)
{
    /// <param name="row">The row.</param>
    /// <param name="facts">What the host says of it.</param>
    /// <param name="refresh">When the row was read.</param>
    public delegate DateTimeOffset? Reader(in ConnectionRecord row, in RowFacts facts, DateTimeOffset refresh);

    public Reader Read { get; } = read;
}

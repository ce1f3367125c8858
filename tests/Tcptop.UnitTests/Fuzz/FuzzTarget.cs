namespace Tcptop.UnitTests.Fuzz;

/// <summary>
/// A decoder that is given hostile input. docs/fuzzing.md says the same of each, and a test compares.
/// </summary>
/// <param name="Name">As in the document.</param>
/// <param name="Inputs">How many there are; the run counts them.</param>
/// <param name="FixedBytes">Of memory that one input may take, whatever its length,</param>
/// <param name="BytesPerByte">and for each of its bytes.</param>
internal sealed record FuzzTarget(string Name, int Inputs, int FixedBytes = 1024, int BytesPerByte = 16)
{
    public static readonly FuzzTarget TraceEvents = new("trace events", 13_346);
    public static readonly FuzzTarget SocketRecords = new("socket records", 6_706);
    public static readonly FuzzTarget UdpRecords = new("UDP flows and sockets", 3_517);
    public static readonly FuzzTarget Rings = new("rings", 3_449, 8_192, 512);
    public static readonly FuzzTarget KernelTypes = new("kernel types", 4_299, 80_000, 16);
    public static readonly FuzzTarget ProcessStat = new("stat", 35_736);
    public static readonly FuzzTarget CommandLines = new("cmdline", 21_225);
    public static readonly FuzzTarget CgroupFiles = new("cgroup", 22_989);
    public static readonly FuzzTarget ContainerNames = new("cgroup paths", 47_556);
    public static readonly FuzzTarget Mounts = new("mounts", 12_569, 1_024, 64);
    public static readonly FuzzTarget Users = new("passwd", 12_505, 1_024, 64);
    public static readonly FuzzTarget ProcLines = new("status and sockstat", 6_632, 1_024, 64);
    public static readonly FuzzTarget Flags = new("command lines", 8_683, 65_536, 2_048);
    public static readonly FuzzTarget Numbers = new("numbers of flags", 23_153);
    public static readonly FuzzTarget Messages = new("messages", 23_219, 1_024, 64);
    public static readonly FuzzTarget TypedFilters = new("typed filters", 3_695, 4_096, 165_000);
    public static readonly FuzzTarget Expressions = new("expressions", 4_421, 16_384, 2_048);
    public static readonly FuzzTarget Keys = new("keys", 14_455, 2_048, 128);
    public static readonly FuzzTarget LongInput = new("long input", 200, 2_048, 128);
    public static readonly FuzzTarget TerminalTypes = new("terminal types", 5_692);
    public static readonly FuzzTarget Screens = new("screens", 334, 8_000_000, 1_000_000);
    public static readonly FuzzTarget Names = new("names", 2_457, 32_768, 1_024);
    public static readonly FuzzTarget CutFiles = new("files that are cut", 243, 32_768, 512);
    public static readonly FuzzTarget SafeTexts = new("escaped text", 25_457);

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        TraceEvents, SocketRecords, UdpRecords, Rings, KernelTypes, ProcessStat, CommandLines, CgroupFiles,
        ContainerNames, Mounts, Users,
        ProcLines, Flags, Numbers, Messages, TypedFilters, Expressions, Keys, LongInput,
        TerminalTypes, Screens, Names, CutFiles,
        SafeTexts,
    ];

    public long MostBytes(int length) => FixedBytes + (long)BytesPerByte * length;
}

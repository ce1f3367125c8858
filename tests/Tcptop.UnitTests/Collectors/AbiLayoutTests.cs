using System.Globalization;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Tcptop.Collectors.Ebpf;
using Tcptop.Model;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.UnitTests.Collectors;

/// <summary>The mirrors of tcptop_abi.h against the BTF of the objects that are embedded in this build.</summary>
public sealed class AbiLayoutTests
{
    [Theory]
    [InlineData("socket_record", typeof(SocketRecordAbi))]
    [InlineData("closed_record", typeof(ClosedRecordAbi))]
    [InlineData("tcp_counters", typeof(TcpCounters))]
    [InlineData("socket_note", typeof(SocketNoteAbi))]
    [InlineData("slot_watch", typeof(SlotWatchAbi))]
    [InlineData("slot_generation", typeof(SlotGenerationAbi))]
    [InlineData("udp_counters", typeof(UdpCountersAbi))]
    [InlineData("udp_flow_key", typeof(UdpFlowKeyAbi))]
    [InlineData("udp_flow", typeof(UdpFlowAbi))]
    [InlineData("udp_socket", typeof(UdpSocketAbi))]
    [InlineData("tcptop_shared", typeof(SharedAbi))]
    [InlineData("tcptop_settings", typeof(SettingsAbi))]
    public void A_mirror_has_the_names_offsets_and_sizes_that_the_kernel_side_was_compiled_with(string structName,
        Type mirror) =>
        AssertSame(EmbeddedObjects.Connections, structName, mirror);

    [Theory]
    [InlineData("data_event", typeof(DataEventAbi))]
    [InlineData("state_event", typeof(StateEventAbi))]
    [InlineData("tcptop_event", typeof(TcptopEventAbi))]
    [InlineData("trace_settings", typeof(TraceSettingsAbi))]
    [InlineData("trace_name", typeof(TraceNameAbi))]
    [InlineData("trace_device", typeof(TraceDeviceAbi))]
    [InlineData("socket_note", typeof(SocketNoteAbi))]
    [InlineData("tcptop_shared", typeof(SharedAbi))]
    public void A_mirror_has_what_the_trace_was_compiled_with(string structName, Type mirror) =>
        AssertSame(EmbeddedObjects.Trace, structName, mirror);

    [Fact]
    public void A_chunk_of_slots_has_its_parts_where_the_kernel_side_has_them()
    {
        var (size, fields) = new BtfReader(EmbeddedObjects.Connections.ToArray()).Struct("slot_chunk");
        Assert.Equal(
            [
                ("sockets", SlotChunk.SocketsAt), ("changed", SlotChunk.ChangedAt), ("waiting", SlotChunk.WaitingAt),
                ("wanted", SlotChunk.WantedAt), ("live", SlotChunk.LiveAt), ("watches", SlotChunk.WatchesAt),
                ("records", SlotChunk.RecordsAt), ("notes", SlotChunk.NotesAt),
            ],
            fields.Select(field => (field.Name, field.Offset)));
        Assert.Equal(SlotChunk.Bytes, size);
    }

    [Fact]
    public void Every_kind_of_loss_in_the_header_has_its_number_in_the_mirror()
    {
        var header = File.ReadAllText(Path.Combine(RepositoryRoot(), "bpf", "tcptop_abi.h"));
        var names = Regex.Matches(header, @"TCPTOP_LOSS_(\w+)\b(?=,)").Select(NameOf);
        Assert.Equal(Enum.GetNames<LossAbi>(), names);
    }

    [Fact]
    public void Every_use_of_a_port_and_the_bound_of_names_are_those_of_the_header()
    {
        var header = File.ReadAllText(Path.Combine(RepositoryRoot(), "bpf", "tcptop_abi.h"));
        var uses = Regex.Matches(header, @"TCPTOP_TRACE_PORT_(\w+)\s+(\d+)")
            .Select(match => (NameOf(match), uint.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture)));
        Assert.Equal(Enum.GetValues<TracePortUses>().Select(use => (use.ToString(), (uint)use)), uses);
        var bound = string.Create(CultureInfo.InvariantCulture, $"#define TCPTOP_TRACE_NAMES {TraceNameAbi.MaxCount}\n");
        Assert.Contains(bound, header, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_event_tag_in_the_header_has_its_number_in_the_mirror()
    {
        var header = File.ReadAllText(Path.Combine(RepositoryRoot(), "bpf", "tcptop_abi.h"));
        var tags = Regex.Matches(header, @"TCPTOP_EVENT_(\w+) = (\d+)")
            .Select(match => (NameOf(match), int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture)));
        Assert.Equal(Enum.GetValues<EventTypeAbi>().Select(tag => (tag.ToString(), (int)tag)), tags);
    }

    internal static string RepositoryRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Tcptop.slnx")))
            directory = directory.Parent
                ?? throw new DirectoryNotFoundException("The tests run inside the repository.");
        return directory.FullName;
    }

    private static void AssertSame(ReadOnlySpan<byte> built, string structName, Type mirror)
    {
        var (size, fields) = new BtfReader(built.ToArray()).Struct(structName);
        Assert.Equal(
            Lines(fields), Lines(mirror.GetFields(BindingFlags.Public | BindingFlags.Instance).Select(FieldOf)));
        Assert.Equal(size, SizeOf(mirror));
    }

    private static IEnumerable<string> Lines(IEnumerable<BtfField> fields) =>
        fields.OrderBy(field => field.Offset)
            .ThenBy(field => Pascal(field.Name), StringComparer.Ordinal)
            .Select(field => $"{field.Offset} {field.Size} {Pascal(field.Name)}");

    private static BtfField FieldOf(FieldInfo field) => new(field.Name, OffsetOf(field), SizeOf(field.FieldType));

    private static string NameOf(Match match) => Pascal(match.Groups[1].Value.ToLowerInvariant());

    /// <summary>snake_case to PascalCase; what is Pascal already stays.</summary>
    private static string Pascal(string name)
    {
        var words = name.Split('_', StringSplitOptions.RemoveEmptyEntries);
        return string.Concat(words.Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
    }

    private static int SizeOf(Type type) =>
        (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(type).Invoke(null, null)!;

    /// <summary>Where the field really is: Marshal.OffsetOf tells of the marshalled layout, which is another.</summary>
    private static int OffsetOf(FieldInfo field)
    {
        var method = new DynamicMethod(
            "offset", typeof(int), [typeof(nint)], typeof(AbiLayoutTests).Module, skipVisibility: true);
        var code = method.GetILGenerator();
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(OpCodes.Ldflda, field);
        code.Emit(OpCodes.Conv_I);
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(OpCodes.Sub);
        code.Emit(OpCodes.Conv_I4);
        code.Emit(OpCodes.Ret);
        // Real memory: the JIT may touch the base to see that it is not null.
        var memory = Marshal.AllocHGlobal(SizeOf(field.DeclaringType!));
        try
        {
            return ((Func<nint, int>)method.CreateDelegate(typeof(Func<nint, int>)))(memory);
        }
        finally
        {
            Marshal.FreeHGlobal(memory);
        }
    }
}

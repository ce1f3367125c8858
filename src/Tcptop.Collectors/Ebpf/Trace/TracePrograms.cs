using System.Runtime.InteropServices;
using Tcptop.Collectors.Libbpf;
using Tcptop.Linux;
using Tcptop.Linux.Naming;
using Tcptop.Model;

namespace Tcptop.Collectors.Ebpf.Trace;

/// <summary>The loaded eBPF object of the trace, with what it is asked for in its maps.</summary>
internal sealed class TracePrograms : IDisposable
{
    private const string ObjectName = "tcptop";

    private readonly BpfObject _object;
    private readonly MappedData<SharedAbi> _shared;

    private TracePrograms(BpfObject loaded, MappedData<SharedAbi> shared) => (_object, _shared) = (loaded, shared);

    public BpfMap Ring => _object.Map("tcptop_trace");

    /// <summary>Read and written by the programs at the same time, on any CPU.</summary>
    public ref SharedAbi Shared => ref _shared.Value;

    public BpfProgram Program(string name) => _object.Program(name);

    /// <exception cref="KernelException">The kernel refuses; the message names the program or map.</exception>
    public static TracePrograms Load(TracePlan plan, uint bufferBytes, KernelTypes? types)
    {
        var loaded = BpfObject.Open(EmbeddedObjects.Trace, ObjectName, types);
        try
        {
            loaded.Map(".rodata").InitialValue<TraceSettingsAbi>() = Settings(plan);
            loaded.LeaveOutAllBut(plan.Programs);
            SetSizes(loaded, plan, bufferBytes);
            if (!Capabilities.OfThisThread().SysAdmin)
                loaded.LeaveModulesAlone();
            loaded.Load();
            Fill(loaded, plan.Filter);
            return new TracePrograms(loaded, loaded.Map(".bss").MapData<SharedAbi>());
        }
        catch
        {
            loaded.Dispose();
            throw;
        }
    }

    /// <summary>Letters of ASCII in lower case; what comes after the kernel's longest name can match nothing.</summary>
    internal static TraceNameAbi NameOf(string part)
    {
        Span<byte> text = stackalloc byte[16];
        Span<byte> mask = stackalloc byte[16];
        text.Clear();
        mask.Clear();
        var bytes = ByteText.Encode(part);
        // One that is too long for any name ends in a byte that no name has in its last place.
        var length = Math.Min(bytes.Length, text.Length);
        for (var i = 0; i < length; i++)
            text[i] = bytes[i] is >= (byte)'A' and <= (byte)'Z' ? (byte)(bytes[i] | 0x20) : bytes[i];
        mask[..length].Fill(0xFF);
        var name = default(TraceNameAbi);
        MemoryMarshal.Cast<byte, ulong>(text).CopyTo(name.Text);
        MemoryMarshal.Cast<byte, ulong>(mask).CopyTo(name.Mask);
        return name;
    }

    internal static Dictionary<uint, TracePortUses> PortUses(ConnectionFilter filter)
    {
        var uses = new Dictionary<uint, TracePortUses>();
        foreach (var (ports, use) in new[] { (filter.Ports, TracePortUses.Either),
            (filter.LocalPorts, TracePortUses.Local), (filter.RemotePorts, TracePortUses.Remote) })
        {
            foreach (var port in ports)
                uses[port] = uses.GetValueOrDefault(port) | use;
        }
        return uses;
    }

    internal static TraceSettingsAbi Settings(TracePlan plan) => new()
    {
        Tcp = plan.Filter.WantsTcp ? 1u : 0u,
        Udp = plan.Filter.WantsUdp ? 1u : 0u,
        Pids = (uint)plan.Filter.Pids.Length,
        Names = (uint)plan.Filter.ProcessNames.Length,
        Devices = (uint)plan.Filter.Interfaces.Length,
        Ports = plan.Filter.Ports.IsEmpty ? 0u : 1u,
        LocalPorts = plan.Filter.LocalPorts.IsEmpty ? 0u : 1u,
        RemotePorts = plan.Filter.RemotePorts.IsEmpty ? 0u : 1u,
        DeviceOfFlow = plan.KeepsDevicesOfFlows ? 1u : 0u,
        PidNamespace = PidNamespace.OfThisProcess,
    };

    private static void SetSizes(BpfObject loaded, TracePlan plan, uint bufferBytes)
    {
        loaded.Map("tcptop_trace").SetMaxEntries(bufferBytes);
        SetSize(loaded.Map("tcptop_trace_pids"), plan.Filter.Pids.Length);
        SetSize(loaded.Map("tcptop_trace_ports"), PortUses(plan.Filter).Count);
        SetSize(loaded.Map("tcptop_trace_names"), plan.Filter.ProcessNames.Length);
        SetSize(loaded.Map("tcptop_trace_devices"), plan.Filter.Interfaces.Length);
        if (!plan.Filter.WantsUdp)
            loaded.Map("tcptop_trace_peers").LeaveOut();
        if (!plan.KeepsDevicesOfFlows)
            loaded.Map("tcptop_trace_flows").LeaveOut();
        if (!plan.NeedsOwners)
            loaded.Map("tcptop_notes").LeaveOut();
    }

    /// <summary>Where there is nothing to hold, there is no map.</summary>
    private static void SetSize(BpfMap map, int count)
    {
        if (count == 0)
            map.LeaveOut();
        else
            map.SetMaxEntries((uint)count);
    }

    private static void Fill(BpfObject loaded, ConnectionFilter filter)
    {
        foreach (var pid in filter.Pids)
            Put(loaded.Map("tcptop_trace_pids"), pid, (byte)1);
        foreach (var (port, uses) in PortUses(filter))
            Put(loaded.Map("tcptop_trace_ports"), port, uses);
        for (var i = 0; i < filter.ProcessNames.Length; i++)
            Put(loaded.Map("tcptop_trace_names"), (uint)i, NameOf(filter.ProcessNames[i]));
        foreach (var name in filter.Interfaces)
        {
            var device = default(TraceDeviceAbi);
            ByteText.Encode(name).CopyTo(device.Name);
            Put(loaded.Map("tcptop_trace_devices"), device, (byte)1);
        }
    }

    private static void Put<TKey, TValue>(BpfMap map, TKey key, TValue value)
        where TKey : unmanaged
        where TValue : unmanaged
    {
        const int OutOfMemory = 12;
        if (!map.TryPut(key, value))
            throw new KernelException($"write a filter value to the eBPF map {map.Name}", OutOfMemory);
    }

    public void Dispose()
    {
        _shared.Dispose();
        _object.Dispose();
    }
}

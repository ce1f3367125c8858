using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Tcptop.Model;

namespace Tcptop.Collectors.Ebpf;

// The mirrors of bpf/tcptop_abi.h, in its order. AbiLayoutTests compares every name, offset and size with the
// BTF of the built object; EbpfPrograms compares value sizes at start-up. What a field means is said in the
// header.

[InlineArray(16)]
internal struct Comm
{
    private byte _first;
}

[InlineArray(16)]
internal struct DeviceBytes
{
    private byte _first;
}

[InlineArray(16)]
internal struct AddressBytes
{
    private byte _first;
}

[StructLayout(LayoutKind.Sequential)]
internal struct DataEventAbi
{
    public uint Pid;
    public Comm Comm;
    public ushort AfFamily;
    public ushort Sport;
    public ushort Dport;
    public ushort Pad;
    public AddressBytes Saddr;
    public AddressBytes Daddr;
    public uint Bytes;
    public uint SrttUs;
}

[StructLayout(LayoutKind.Sequential)]
internal struct StateEventAbi
{
    public uint Pid;
    public ushort AfFamily;
    public ushort Sport;
    public ushort Dport;
    public ushort Pad;
    public AddressBytes Saddr;
    public AddressBytes Daddr;
    public uint OldState;
    public uint NewState;
    public Comm Comm;
}

/// <summary><c>enum tcptop_event_type</c>.</summary>
internal enum EventTypeAbi : uint
{
    TcpSend = 1,
    TcpRecv = 2,
    UdpSend = 3,
    UdpRecv = 4,
    TcpState = 5,
}

[StructLayout(LayoutKind.Explicit, Size = 96)]
internal struct TcptopEventAbi
{
    [FieldOffset(0)]
    public uint EventType;

    [FieldOffset(4)]
    public uint Pad;

    [FieldOffset(8)]
    public DataEventAbi Data;

    [FieldOffset(8)]
    public StateEventAbi State;

    [FieldOffset(76)]
    public uint NetnsInum;

    [FieldOffset(80)]
    public ulong TimeNs;

    [FieldOffset(88)]
    public ulong Cookie;
}

[StructLayout(LayoutKind.Sequential)]
internal struct TraceSettingsAbi
{
    public uint Tcp;
    public uint Udp;
    public uint Pids;
    public uint Names;
    public uint Devices;
    public uint Ports;
    public uint LocalPorts;
    public uint RemotePorts;
    public uint DeviceOfFlow;
    public uint PidNamespace;
}

/// <summary><c>TCPTOP_TRACE_PORT_*</c>.</summary>
[Flags]
internal enum TracePortUses : uint
{
    Either = 1,
    Local = 2,
    Remote = 4,
}

[InlineArray(2)]
internal struct NameWords
{
    private ulong _first;
}

[StructLayout(LayoutKind.Sequential)]
internal struct TraceNameAbi
{
    /// <summary><c>TCPTOP_TRACE_NAMES</c>.</summary>
    public const int MaxCount = 256;

    public NameWords Text;
    public NameWords Mask;
}

[StructLayout(LayoutKind.Sequential)]
internal struct TraceDeviceAbi
{
    public DeviceBytes Name;
}

[StructLayout(LayoutKind.Sequential)]
internal struct SocketRecordAbi
{
    /// <summary><c>TCPTOP_SOCKET_FIN_RECEIVED</c>.</summary>
    public const uint FinReceived = 1;

    /// <summary><c>TCPTOP_NO_UID</c>.</summary>
    public const uint NoUid = uint.MaxValue;

    /// <summary><c>TCPTOP_SOCKET_NO_COUNTERS</c>.</summary>
    public const uint NoCounters = 2;

    public ulong Cookie;
    public ulong BornNs;
    public ulong SampledNs;
    public ulong BytesOut;
    public TcpCounters Tcp;
    public TcpGauges Gauges;
    public ulong CgroupId;
    public ulong OwnerStartedNs;
    public uint OwnerPid;
    public uint OwnerPidHere;
    public uint Holders;
    public uint Uid;
    public uint NetnsInum;
    public ushort AfFamily;
    public ushort Sport;
    public ushort Dport;
    public byte State;
    public byte OldState;
    public uint Flags;
    public uint AcceptQueue;
    public uint AcceptLimit;
    public AddressBytes Saddr;
    public AddressBytes Daddr;
    public Comm OwnerComm;
    public DeviceBytes Device;
}

[StructLayout(LayoutKind.Sequential)]
internal struct ClosedRecordAbi
{
    public SocketRecordAbi Socket;
    public uint Slot;
    public uint Pad;
}

[StructLayout(LayoutKind.Sequential)]
internal struct SocketNoteAbi
{
    public ulong BornNs;
    public ulong CgroupId;
    public ulong OwnerStartedNs;
    public ulong FirstSeq;
    public uint OwnerPid;
    public uint LastHolderPid;
    public ushort Pass;
    public ushort Holders;
    public byte Connected;
    public byte IsListener;
    public byte HeldOtherwise;
    public byte Pad;
    public Comm OwnerComm;
    public ulong OpenerStartedNs;
    public uint OpenerPid;
    public uint OwnerPidHere;
}

[StructLayout(LayoutKind.Sequential)]
internal struct SlotWatchAbi
{
    public ulong Cookie;
    public uint SegsIn;
    public uint SegsOut;
}

[StructLayout(LayoutKind.Sequential)]
internal struct SlotGenerationAbi
{
    public uint FirstChunk;
    public uint Chunks;
}

[InlineArray(Count)]
internal struct SlotGenerations
{
    /// <summary><c>TCPTOP_SLOT_GENERATIONS</c>.</summary>
    public const int Count = 16;

    private SlotGenerationAbi _first;
}

[StructLayout(LayoutKind.Sequential)]
internal struct WalkArgumentAbi
{
    public ulong Chunk;
    public ulong FirstBucket;
    public ulong Owners;
}

[StructLayout(LayoutKind.Sequential)]
internal struct UdpCountersAbi
{
    public ulong BytesOut;
    public ulong PacketsOut;
    public ulong BytesIn;
    public ulong PacketsIn;
    public ulong BytesDropped;
    public ulong PacketsDropped;
}

[StructLayout(LayoutKind.Sequential)]
internal struct UdpFlowKeyAbi
{
    public ulong Cookie;
    public AddressBytes Daddr;
    public ushort Dport;
    public ushort AfFamily;
    public uint Ifindex;
}

[StructLayout(LayoutKind.Sequential)]
internal struct UdpFlowAbi
{
    public UdpFlowKeyAbi Key;
    public UdpCountersAbi Counters;
    public ulong BornNs;
    public uint LastRefresh;
    public ushort Sport;
    public ushort Pad;
    public AddressBytes Saddr;
    public DeviceBytes Device;
}

[StructLayout(LayoutKind.Sequential)]
internal struct UdpSocketAbi
{
    public SocketNoteAbi Note;
    public UdpCountersAbi Rest;
    public ulong RestBornNs;
    public ulong ClosedNs;
    public uint Uid;
    public uint NetnsInum;
    public ushort Sport;
    public ushort AfFamily;
    public uint HasTraffic;
}

/// <summary><c>enum tcptop_loss</c>.</summary>
internal enum LossAbi
{
    ClosedRingFull,
    TraceRingFull,
    StorageFailed,
    SlotsFull,
    Vanished,
    SnapshotUnreachable,
    HeldFull,
    UdpFlowsFull,
    UdpSocketsFull,
    UdpUnreadable,
    UdpPeerUnknown,
    TracePeerUnknown,
    Kinds,
}

[InlineArray((int)LossAbi.Kinds)]
internal struct LossCounters
{
    private ulong _first;
}

[StructLayout(LayoutKind.Sequential)]
internal struct SharedAbi
{
    public LossCounters Losses;
    public ulong Self;
    public SlotGenerations Generations;
    public uint NewestGeneration;
    public uint GenerationsAsked;
    public uint SnapshotCapacity;
    public uint SnapshotRows;
    public uint SnapshotOverflow;
    public uint OwnerPass;
    public uint Births;
    public uint UnownedBirths;
    public uint StrangerBirths;
    public uint UdpSocketsMade;
    public uint UdpFlowsMade;
    public uint Refresh;
    public uint UdpSlotsUsed;
    public uint Pad;
}

[StructLayout(LayoutKind.Sequential)]
internal struct SettingsAbi
{
    public uint ClosedWakeupBytes;
    public uint WatchNamespaces;
    public uint AllSockets;
    public uint CountUdp;
    public uint ReadDirectly;
    public uint UdpFlows;
    public uint StatesSkipped;
    public uint PidNamespace;
    public uint SeesAccepts;
    public uint BucketMask;
    public uint TickNs;
    public KernelTypesAbi Types;
}

[StructLayout(LayoutKind.Sequential)]
internal struct KernelTypesAbi
{
    public uint TcpSock;
    public uint SkbSharedInfo;
    public uint UdpHdr;
    public uint IpHdr;
    public uint Ipv6Hdr;
}

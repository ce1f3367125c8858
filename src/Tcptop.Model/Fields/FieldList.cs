using System.Collections.Immutable;

namespace Tcptop.Model.Fields;

/// <summary>The registry of all fields, in the order of the files. A new number is one line here.</summary>
public static class FieldList
{
    private const int MostBytesOfCommand = 4096;

    public static readonly TimeField Timestamp = new("timestamp", "Time", static (in _, in _, at) => at)
    {
        Unit = FieldUnit.Time,
        Views = FieldViews.Files,
        Source = "wall clock",
        Help = "When the refresh was made; the same for all its rows",
    };

    public static readonly TextField Protocol = new("proto", "Proto", static (in row, in _) => row.Protocol.Name())
    {
        Views = FieldViews.Files | FieldViews.Text | FieldViews.Screen,
        Source = "sk_protocol",
        Help = "tcp or udp",
        Place = static (in row) => (ulong)row.Protocol,
    };

    public static readonly EndpointField Local = new("local", "Local", static (in row) => row.Local)
    {
        Views = FieldViews.Text | FieldViews.Screen,
        Source = "skc_rcv_saddr, skc_num",
        Help = "Local address and port",
    };

    public static readonly EndpointField Remote = new("remote", "Remote", static (in row) => row.Remote)
    {
        Views = FieldViews.Text | FieldViews.Screen,
        Source = "skc_daddr, skc_dport",
        Help = "Remote address and port",
        IsPeer = true,
    };

    public static readonly AddressField LocalAddress = new(
        "local_addr", "Local Address", static (in row) => row.Local.Address)
    {
        Views = FieldViews.Files,
        Source = "skc_rcv_saddr",
        Help = "Local IP address",
    };

    public static readonly NumberField LocalPort = new("local_port", "Local Port", static (in row) => row.Local.Port)
    {
        ShortTitle = "LPort",
        Unit = FieldUnit.Id,
        Views = FieldViews.Files,
        Source = "skc_num",
        Help = "Local port",
    };

    public static readonly AddressField RemoteAddress =
        new("remote_addr", "Remote Address", static (in row) => row.Remote.Address)
        {
            Views = FieldViews.Files,
            Source = "skc_daddr",
            Help = "Remote IP address; of a listener 0.0.0.0 or ::",
        };

    public static readonly NumberField RemotePort =
        new("remote_port", "Remote Port", static (in row) => row.Remote.Port)
        {
            ShortTitle = "RPort",
            Unit = FieldUnit.Id,
            Views = FieldViews.Files,
            Source = "skc_dport",
            Help = "Remote port; of a listener 0",
        };

    public static readonly NumberField Pid =
        new("pid", "PID", static (in row) => row.Owner.IsVisible ? row.Owner.Pid : null)
        {
            Unit = FieldUnit.Id,
            Views = FieldViews.Files | FieldViews.Text | FieldViews.Screen,
            Source = "iter/task_file",
            Help = "Process that opened the socket first of those that hold it",
        };

    public static readonly NameField Process = new("process", "Process", static (in row) => row.ProcessName)
    {
        Views = FieldViews.Files | FieldViews.Text | FieldViews.Screen,
        Source = "task_struct.comm",
        Help = "Name of that process, up to 15 bytes",
    };

    public static readonly TextField State = new("state", "State", static (in row, in _) => row.State?.Name())
    {
        Views = FieldViews.Files | FieldViews.Text | FieldViews.Screen,
        Source = "skc_state",
        Help = "TCP state, as the kernel names it; none for UDP",
        Place = static (in row) => row.State?.Place(),
    };

    public static readonly NumberField BytesIn = new("bytes_in", "Bytes In", static (in row) => row.BytesIn)
    {
        ShortTitle = "B In",
        Unit = FieldUnit.Bytes,
        Kind = FieldKind.Counter,
        Views = FieldViews.Files | FieldViews.Text | FieldViews.MoreOfScreen,
        Source = "bytes_received",
        Help = "Payload received since the connection's birth",
    };

    public static readonly NumberField BytesOut = new("bytes_out", "Bytes Out", static (in row) => row.BytesOut)
    {
        ShortTitle = "BOut",
        Unit = FieldUnit.Bytes,
        Kind = FieldKind.Counter,
        Views = FieldViews.Files | FieldViews.Text | FieldViews.MoreOfScreen,
        Source = "bytes_acked, snd_nxt, snd_una",
        Help = "Payload that has left since the connection's birth, each byte once",
    };

    public static readonly NumberField PacketsIn = new("packets_in", "Packets In", static (in row) => row.PacketsIn)
    {
        ScreenTitle = "Pkts In",
        ShortTitle = "P In",
        Unit = FieldUnit.Packets,
        Kind = FieldKind.Counter,
        Views = FieldViews.Files | FieldViews.Text | FieldViews.MoreOfScreen,
        Source = "segs_in",
        Help = "TCP segments or UDP datagrams received",
    };

    public static readonly NumberField PacketsOut = new("packets_out", "Packets Out", static (in row) => row.PacketsOut)
    {
        ScreenTitle = "Pkts Out",
        ShortTitle = "POut",
        Unit = FieldUnit.Packets,
        Kind = FieldKind.Counter,
        Views = FieldViews.Files | FieldViews.Text | FieldViews.MoreOfScreen,
        Source = "segs_out",
        Help = "TCP segments or UDP datagrams sent, failed attempts included",
    };

    public static readonly FractionField RateIn = new("rate_in", "Rate In", 1, static (in row) => row.RateIn)
    {
        ShortTitle = "In",
        Unit = FieldUnit.BytesPerSecond,
        Kind = FieldKind.Gauge,
        Views = FieldViews.Files | FieldViews.Text | FieldViews.Screen,
        Source = "bytes_in over time",
        Help = "Payload received per second since the refresh before",
    };

    public static readonly FractionField RateOut = new("rate_out", "Rate Out", 1, static (in row) => row.RateOut)
    {
        ShortTitle = "Out",
        Unit = FieldUnit.BytesPerSecond,
        Kind = FieldKind.Gauge,
        Views = FieldViews.Files | FieldViews.Text | FieldViews.Screen,
        Source = "bytes_out over time",
        Help = "Payload sent per second since the refresh before",
    };

    /// <summary>The order that rows are in unless another is asked for.</summary>
    public static readonly FractionField RateTotal = new(
        "rate_total", "Rate In+Out", 1, static (in row) => RateTotalOf(row))
    {
        ShortTitle = "In+Out",
        Unit = FieldUnit.BytesPerSecond,
        Kind = FieldKind.Gauge,
        Source = "rate_in + rate_out",
        Help = "Payload moved per second, both ways together",
    };

    public static readonly NumberField Rtt = new("rtt_us", "RTT", static (in row) => row.RttUs)
    {
        Unit = FieldUnit.Microseconds,
        Kind = FieldKind.Gauge,
        Views = FieldViews.Files | FieldViews.Text | FieldViews.Screen,
        Source = "srtt_us",
        Help = "Smoothed round-trip time of TCP",
    };

    public static readonly NumberField MinRtt =
        new("min_rtt_us", "Min RTT", static (in row) => row.Tcp.MinRttUs is var least and not 0 ? least : null)
        {
            ShortTitle = "MinR",
            Unit = FieldUnit.Microseconds,
            Kind = FieldKind.Gauge,
            Source = "rtt_min",
            Help = "Least round-trip time of TCP in the last minutes (net.ipv4.tcp_min_rtt_wlen)",
        };

    public static readonly FlagField Closed = new("closed", "Closed", static (in row) => row.IsClosed)
    {
        ShortTitle = "End",
        Unit = FieldUnit.Flag,
        Views = FieldViews.Files,
        Source = "inet_sock_set_state",
        Help = "The connection has ended, and this is its last row",
    };

    public static readonly NumberField Cookie =
        new("cookie", "Cookie", static (in row) => row.Key.SocketCookie)
        {
            Unit = FieldUnit.Id,
            Views = FieldViews.Files,
            Source = "skc_cookie",
            Help = "The kernel's number of the socket, unique until the next boot",
            IsHuge = true,
        };

    public static readonly NumberField NetworkNamespace =
        new("netns", "Netns", static (in row) => row.NetworkNamespace != 0 ? row.NetworkNamespace : null)
        {
            Unit = FieldUnit.Id,
            Views = FieldViews.Files,
            Source = "net.ns.inum",
            Help = "Inode number of the network namespace",
        };

    public static readonly TextField Cgroup = new("cgroup", "Cgroup", static (in _, in facts) => facts.CgroupPath)
    {
        Views = FieldViews.Files,
        Source = "sk_cgrp_data, else /proc/PID/cgroup",
        Help = "Cgroup path of the socket, else of its process",
        Asks = HostFact.Cgroup,
    };

    public static readonly NumberField Uid = new("uid", "UID", static (in row) => row.Uid)
    {
        Unit = FieldUnit.Id,
        Views = FieldViews.Files,
        Source = "sk_uid",
        Help = "User id of the socket",
    };

    public static readonly FractionField Age = new("age_s", "Age", 3, static (in row) => row.Age?.TotalSeconds)
    {
        Unit = FieldUnit.Seconds,
        Kind = FieldKind.Gauge,
        Views = FieldViews.Files,
        MovesWithTime = true,
        Source = "inet_sock_set_state",
        Help = "Time since the connection's birth; unknown if that was before tcptop's start",
    };

    public static readonly NumberField Retransmits = new("retransmits", "Resent", static (in row) => row.Retransmits)
    {
        ShortTitle = "Re",
        Unit = FieldUnit.Segments,
        Kind = FieldKind.Counter,
        Views = FieldViews.Files,
        Source = "total_retrans",
        Help = "TCP segments sent again",
    };

    public static readonly NumberField SendFailed =
        new("send_failed_bytes", "Send Failed", static (in row) => row.SendFailedBytes)
        {
            ShortTitle = "Fail",
            Unit = FieldUnit.Bytes,
            Kind = FieldKind.Counter,
            Source = "bytes_sent, bytes_retrans",
            Help = "Payload that TCP handed to IP and that failed on this host",
        };

    public static readonly NameField Interface = new("interface", "Interface", static (in row) => row.Device)
    {
        ShortTitle = "Dev",
        Views = FieldViews.Files,
        Source = "net_device.name",
        Help = "Network device that the route uses",
    };

    public static readonly TextField NetworkNamespaceName =
        new("netns_name", "Netns Name", static (in _, in facts) => facts.NetworkNamespace)
        {
            Views = FieldViews.Files,
            Source = "/run/netns",
            Help = "Name of the network namespace, where it has one",
            Asks = HostFact.Namespace,
        };

    public static readonly TextField Container = new(
        "container", "Container", static (in _, in facts) => facts.Container)
    {
        Views = FieldViews.Files | FieldViews.MoreOfScreen,
        Source = "cgroup path",
        Help = "Container, pod or unit, as the cgroup path tells",
        Asks = HostFact.Cgroup,
    };

    public static readonly TextField User = new("user", "User", static (in _, in facts) => facts.User)
    {
        Views = FieldViews.Files,
        Source = "/etc/passwd",
        Help = "Name of the socket's user",
        Asks = HostFact.User,
    };

    public static readonly TextField Command = new(
        "command", "Command", static (in row, in facts) => ProcessOf(row, facts)?.CommandLine)
    {
        Views = FieldViews.Files,
        Source = "/proc/PID/cmdline",
        Help = "Command line of the process",
        Asks = HostFact.Process,
        MostBytes = MostBytesOfCommand,
    };

    public static readonly TextField Executable = new(
        "executable", "Executable", static (in row, in facts) => ProcessOf(row, facts)?.Executable)
    {
        Views = FieldViews.Files,
        Source = "/proc/PID/exe",
        Help = "Path of the program that the process runs",
        Asks = HostFact.Process,
    };

    public static readonly TimeField ProcessStarted = new(
        "process_started", "Process Started", static (in row, in facts, _) => ProcessOf(row, facts)?.StartedAt)
    {
        Unit = FieldUnit.Time,
        Views = FieldViews.Files,
        Source = "/proc/PID/stat",
        Help = "When the process was started",
        Asks = HostFact.Process,
    };

    public static readonly NumberField Holders =
        new("holders", "Holders", static (in row) => row.Holders != 0 ? row.Holders : null)
        {
            ShortTitle = "Hold",
            Unit = FieldUnit.Count,
            Kind = FieldKind.Gauge,
            Views = FieldViews.Files,
            Source = "iter/task_file",
            Help = "How many processes hold the socket open",
        };

    public static readonly NumberField Drops = new("drops", "Drops", static (in row) => row.Drops)
    {
        Unit = FieldUnit.Datagrams,
        Kind = FieldKind.Counter,
        Views = FieldViews.Files | FieldViews.TextIfAny,
        Source = "UDP receive functions",
        Help = "UDP datagrams that the socket had no room for",
    };

    public static readonly NumberField AcceptQueue =
        new("accept_queue", "Accept Queue", static (in row) => row.AcceptQueue?.Waiting)
        {
            ShortTitle = "AccQ",
            Unit = FieldUnit.Count,
            Kind = FieldKind.Gauge,
            Views = FieldViews.Files,
            Source = "sk_ack_backlog",
            Help = "Of a listener: connections that wait to be accepted (--all)",
        };

    public static readonly NumberField AcceptLimit =
        new("accept_limit", "Accept Limit", static (in row) => row.AcceptQueue?.Limit)
        {
            ShortTitle = "AccL",
            Unit = FieldUnit.Count,
            Kind = FieldKind.Gauge,
            Views = FieldViews.Files,
            Source = "sk_max_ack_backlog",
            Help = "Of a listener: connections that may wait to be accepted (--all)",
        };

    public static readonly ShareField Queue = new("queue", "Queue", static (in row) => row.AcceptQueue)
    {
        Unit = FieldUnit.Count,
        Kind = FieldKind.Gauge,
        Views = FieldViews.TextIfAny,
        Source = "sk_ack_backlog, sk_max_ack_backlog",
        Help = "accept_queue/accept_limit as one (--all)",
    };

    /// <summary>All, first those of the files in the order that scripts rely on.</summary>
    public static readonly ImmutableArray<Field> All =
    [
        Timestamp, Protocol, LocalAddress, LocalPort, RemoteAddress, RemotePort, Pid, Process, State,
        BytesIn, BytesOut, PacketsIn, PacketsOut, RateIn, RateOut, Rtt, Closed, Cookie, NetworkNamespace,
        Cgroup, Uid, Age, Retransmits, Interface, NetworkNamespaceName, Container, User, Command, Executable,
        ProcessStarted, Holders, Drops, AcceptQueue, AcceptLimit,
        Local, Remote, RateTotal, Queue, MinRtt, SendFailed, .. TcpFields.All,
    ];

    /// <summary>The order of columns for people; what is not named here comes behind them.</summary>
    private static readonly ImmutableArray<Field> FirstInTables =
    [
        Protocol, Local, Remote, Pid, Process, State, RateIn, RateOut, Rtt, BytesIn, BytesOut, PacketsIn,
        PacketsOut, Container, Drops, Queue,
    ];

    private static readonly Dictionary<string, Field> ByName = All.ToDictionary(static field => field.Name);

    /// <summary>Those that are in one of the views without being asked for, in its order.</summary>
    public static ImmutableArray<Field> In(FieldViews views)
    {
        var order = (views & FieldViews.Files) != 0 ? All : FirstInTables.Union(All);
        return [.. order.Where(field => (field.Views & views) != 0)];
    }

    /// <summary>What the host is asked for them, all together.</summary>
    public static HostFact AskedFor(IEnumerable<Field> fields) =>
        fields.Aggregate(HostFact.None, static (asked, field) => asked | field.Asks);

    /// <summary>Null when there is none of that name.</summary>
    public static Field? Find(string name) => ByName.GetValueOrDefault(name);

    private static ProcessFacts? ProcessOf(in ConnectionRecord row, in RowFacts facts) =>
        row.Owner.IsVisible ? facts.Process : null;

    private static double? RateTotalOf(in ConnectionRecord row) =>
        row.RateIn is null && row.RateOut is null ? null : row.RateTotal;
}

using System.Text.Json;

namespace Tcptop.Outputs.Json;

/// <summary>The field names, which scripts rely on.</summary>
internal static class JsonNames
{
    public static readonly JsonEncodedText Timestamp = JsonEncodedText.Encode("timestamp");
    public static readonly JsonEncodedText Protocol = JsonEncodedText.Encode("proto");
    public static readonly JsonEncodedText LocalAddress = JsonEncodedText.Encode("local_addr");
    public static readonly JsonEncodedText LocalPort = JsonEncodedText.Encode("local_port");
    public static readonly JsonEncodedText RemoteAddress = JsonEncodedText.Encode("remote_addr");
    public static readonly JsonEncodedText RemotePort = JsonEncodedText.Encode("remote_port");
    public static readonly JsonEncodedText Pid = JsonEncodedText.Encode("pid");
    public static readonly JsonEncodedText Process = JsonEncodedText.Encode("process");
    public static readonly JsonEncodedText State = JsonEncodedText.Encode("state");
    public static readonly JsonEncodedText BytesIn = JsonEncodedText.Encode("bytes_in");
    public static readonly JsonEncodedText BytesOut = JsonEncodedText.Encode("bytes_out");
    public static readonly JsonEncodedText PacketsIn = JsonEncodedText.Encode("packets_in");
    public static readonly JsonEncodedText PacketsOut = JsonEncodedText.Encode("packets_out");
    public static readonly JsonEncodedText RateIn = JsonEncodedText.Encode("rate_in");
    public static readonly JsonEncodedText RateOut = JsonEncodedText.Encode("rate_out");
    public static readonly JsonEncodedText RttUs = JsonEncodedText.Encode("rtt_us");
    public static readonly JsonEncodedText Closed = JsonEncodedText.Encode("closed");
    public static readonly JsonEncodedText Cookie = JsonEncodedText.Encode("cookie");
    public static readonly JsonEncodedText NetworkNamespace = JsonEncodedText.Encode("netns");
    public static readonly JsonEncodedText Cgroup = JsonEncodedText.Encode("cgroup");
    public static readonly JsonEncodedText Uid = JsonEncodedText.Encode("uid");
    public static readonly JsonEncodedText Age = JsonEncodedText.Encode("age_s");
    public static readonly JsonEncodedText Retransmits = JsonEncodedText.Encode("retransmits");
    public static readonly JsonEncodedText Interface = JsonEncodedText.Encode("interface");
    public static readonly JsonEncodedText NetworkNamespaceName = JsonEncodedText.Encode("netns_name");
    public static readonly JsonEncodedText Container = JsonEncodedText.Encode("container");
    public static readonly JsonEncodedText User = JsonEncodedText.Encode("user");
    public static readonly JsonEncodedText Command = JsonEncodedText.Encode("command");
    public static readonly JsonEncodedText Executable = JsonEncodedText.Encode("executable");
    public static readonly JsonEncodedText ProcessStarted = JsonEncodedText.Encode("process_started");
    public static readonly JsonEncodedText Holders = JsonEncodedText.Encode("holders");
    public static readonly JsonEncodedText Drops = JsonEncodedText.Encode("drops");
    public static readonly JsonEncodedText AcceptQueue = JsonEncodedText.Encode("accept_queue");
    public static readonly JsonEncodedText AcceptLimit = JsonEncodedText.Encode("accept_limit");
}

using System.Text.Json.Serialization;

namespace Tcptop.Testing;

/// <summary>A line of <c>--format json</c>, read by field name.</summary>
public sealed record JsonRow
{
    [JsonPropertyName("timestamp")]
    public required DateTimeOffset Timestamp { get; init; }

    [JsonPropertyName("proto")]
    public required string Protocol { get; init; }

    [JsonPropertyName("local_addr")]
    public required string LocalAddress { get; init; }

    [JsonPropertyName("local_port")]
    public required int LocalPort { get; init; }

    [JsonPropertyName("remote_addr")]
    public required string RemoteAddress { get; init; }

    [JsonPropertyName("remote_port")]
    public required int RemotePort { get; init; }

    [JsonPropertyName("pid")]
    public required int? Pid { get; init; }

    [JsonPropertyName("process")]
    public required string? Process { get; init; }

    [JsonPropertyName("state")]
    public required string? State { get; init; }

    [JsonPropertyName("bytes_in")]
    public required long? BytesIn { get; init; }

    [JsonPropertyName("bytes_out")]
    public required long? BytesOut { get; init; }

    [JsonPropertyName("packets_in")]
    public required long? PacketsIn { get; init; }

    [JsonPropertyName("packets_out")]
    public required long? PacketsOut { get; init; }

    [JsonPropertyName("rate_in")]
    public required double? RateIn { get; init; }

    [JsonPropertyName("rate_out")]
    public required double? RateOut { get; init; }

    [JsonPropertyName("rtt_us")]
    public required long? RttUs { get; init; }

    [JsonPropertyName("closed")]
    public required bool Closed { get; init; }

    [JsonPropertyName("cookie")]
    public required string Cookie { get; init; }

    [JsonPropertyName("netns")]
    public required long? NetworkNamespace { get; init; }

    [JsonPropertyName("cgroup")]
    public required string? Cgroup { get; init; }

    [JsonPropertyName("uid")]
    public required int? Uid { get; init; }

    [JsonPropertyName("age_s")]
    public required double? Age { get; init; }

    [JsonPropertyName("retransmits")]
    public required long? Retransmits { get; init; }

    [JsonPropertyName("interface")]
    public string? Interface { get; init; }

    [JsonPropertyName("netns_name")]
    public string? NetworkNamespaceName { get; init; }

    [JsonPropertyName("container")]
    public string? Container { get; init; }

    [JsonPropertyName("user")]
    public string? User { get; init; }

    [JsonPropertyName("command")]
    public string? Command { get; init; }

    [JsonPropertyName("executable")]
    public string? Executable { get; init; }

    [JsonPropertyName("process_started")]
    public DateTimeOffset? ProcessStarted { get; init; }

    [JsonPropertyName("holders")]
    public int? Holders { get; init; }

    [JsonPropertyName("drops")]
    public long? Drops { get; init; }

    [JsonPropertyName("accept_queue")]
    public int? AcceptQueue { get; init; }

    [JsonPropertyName("accept_limit")]
    public int? AcceptLimit { get; init; }
}

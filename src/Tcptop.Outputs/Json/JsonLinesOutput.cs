using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Tcptop.Model;
using Tcptop.Table;

namespace Tcptop.Outputs.Json;

/// <summary>
/// One JSON object a row, one row a line. An absent value is null. Characters outside ASCII are escaped, so that names which other processes chose are
/// harmless on a terminal too.
/// </summary>
/// <param name="host">What is asked about each row.</param>
public sealed class JsonLinesOutput(IHostFacts host) : IOutput, IDisposable
{
    private const int TimeLength = 24;

    private Utf8JsonWriter? _json;

    public void Write(Snapshot snapshot, IBufferWriter<byte> into)
    {
        Span<char> timestamp = stackalloc char[TimeLength];
        FormatTime(snapshot.Timestamp, timestamp);
        var json = _json ??= new Utf8JsonWriter(into);
        foreach (ref readonly var row in snapshot.Rows)
        {
            json.Reset(into);
            json.WriteStartObject();
            json.WriteString(JsonNames.Timestamp, timestamp);
            WriteIdentity(json, row);
            WriteCounters(json, row);
            WriteDetails(json, row);
            WriteHostFacts(json, row);
            WriteSocketFacts(json, row);
            json.WriteEndObject();
            json.Flush();
            into.Write("\n"u8);
        }
    }

    public void Dispose() => _json?.Dispose();

    private static void WriteIdentity(Utf8JsonWriter json, in ConnectionRecord row)
    {
        json.WriteString(JsonNames.Protocol, row.Protocol.Name());
        WriteAddress(json, JsonNames.LocalAddress, row.Local.Address);
        json.WriteNumber(JsonNames.LocalPort, row.Local.Port);
        WriteAddress(json, JsonNames.RemoteAddress, row.Remote.Address);
        json.WriteNumber(JsonNames.RemotePort, row.Remote.Port);
        WriteNumberOrNull(json, JsonNames.Pid, row.Owner.IsKnown ? row.Owner.Pid : null);
        if (row.ProcessName.IsEmpty)
            json.WriteNull(JsonNames.Process);
        else
            WriteName(json, row.ProcessName);
        if (row.State is { } state)
            json.WriteString(JsonNames.State, state.Name());
        else
            json.WriteNull(JsonNames.State);
    }

    private static void WriteCounters(Utf8JsonWriter json, in ConnectionRecord row)
    {
        WriteCountOrNull(json, JsonNames.BytesIn, row.BytesIn);
        WriteCountOrNull(json, JsonNames.BytesOut, row.BytesOut);
        WriteCountOrNull(json, JsonNames.PacketsIn, row.PacketsIn);
        WriteCountOrNull(json, JsonNames.PacketsOut, row.PacketsOut);
        WriteNumberOrNull(json, JsonNames.RateIn, row.RateIn);
        WriteNumberOrNull(json, JsonNames.RateOut, row.RateOut);
        WriteNumberOrNull(json, JsonNames.RttUs, row.RttUs);
    }

    private void WriteDetails(Utf8JsonWriter json, in ConnectionRecord row)
    {
        Span<char> digits = stackalloc char[20];
        row.Key.SocketCookie.TryFormat(digits, out var length, provider: CultureInfo.InvariantCulture);
        json.WriteBoolean(JsonNames.Closed, row.IsClosed);
        json.WriteString(JsonNames.Cookie, digits[..length]);
        WriteCountOrNull(json, JsonNames.NetworkNamespace, row.NetworkNamespace != 0 ? row.NetworkNamespace : null);
        json.WriteString(JsonNames.Cgroup, host.CgroupPath(row));
        WriteCountOrNull(json, JsonNames.Uid, row.Uid);
        WriteNumberOrNull(json, JsonNames.Age, row.Age?.TotalSeconds, decimals: 3);
        WriteCountOrNull(json, JsonNames.Retransmits, row.Retransmits);
    }

    private void WriteHostFacts(Utf8JsonWriter json, in ConnectionRecord row)
    {
        // Of a null string, WriteString writes null.
        json.WriteString(JsonNames.Interface, host.InterfaceName(row));
        json.WriteString(JsonNames.NetworkNamespaceName, host.NetworkNamespaceName(row));
        json.WriteString(JsonNames.Container, host.Container(row));
        json.WriteString(JsonNames.User, host.UserName(row));
        var process = row.Owner.IsKnown ? host.Process(row) : null;
        json.WriteString(JsonNames.Command, process?.CommandLine);
        json.WriteString(JsonNames.Executable, process?.Executable);
        WriteTimeOrNull(json, JsonNames.ProcessStarted, process?.StartedAt);
    }

    private static void WriteSocketFacts(Utf8JsonWriter json, in ConnectionRecord row)
    {
        WriteCountOrNull(json, JsonNames.Holders, row.Holders != 0 ? row.Holders : null);
        WriteCountOrNull(json, JsonNames.Drops, row.Drops);
        WriteCountOrNull(json, JsonNames.AcceptQueue, row.AcceptQueue?.Waiting);
        WriteCountOrNull(json, JsonNames.AcceptLimit, row.AcceptQueue?.Limit);
    }

    private static void WriteAddress(Utf8JsonWriter json, JsonEncodedText name, HostAddress address)
    {
        Span<char> text = stackalloc char[HostAddress.MaxTextLength];
        address.TryFormat(text, out var written);
        json.WriteString(name, text[..written]);
    }

    /// <summary>A name is bytes of any kind; what is not UTF-8 becomes U+FFFD, for JSON has no other way to say it.</summary>
    private static void WriteName(Utf8JsonWriter json, CommandName name)
    {
        Span<byte> bytes = stackalloc byte[CommandName.ByteLength];
        Span<char> text = stackalloc char[CommandName.ByteLength];
        var length = System.Text.Encoding.UTF8.GetChars(bytes[..name.CopyTo(bytes)], text);
        json.WriteString(JsonNames.Process, text[..length]);
    }

    private static void WriteTimeOrNull(Utf8JsonWriter json, JsonEncodedText name, DateTimeOffset? value)
    {
        if (value is not { } time)
        {
            json.WriteNull(name);
            return;
        }
        Span<char> text = stackalloc char[TimeLength];
        FormatTime(time, text);
        json.WriteString(name, text);
    }

    /// <summary>RFC 3339, always of the same length.</summary>
    private static void FormatTime(DateTimeOffset time, Span<char> into) =>
        time.UtcDateTime.TryFormat(into, out _, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static void WriteCountOrNull(Utf8JsonWriter json, JsonEncodedText name, ulong? value)
    {
        if (value is { } count)
            json.WriteNumber(name, count);
        else
            json.WriteNull(name);
    }

    private static void WriteNumberOrNull(Utf8JsonWriter json, JsonEncodedText name, double? value, int decimals = 1)
    {
        if (value is { } number)
            json.WriteNumber(name, Math.Round(number, decimals));
        else
            json.WriteNull(name);
    }
}

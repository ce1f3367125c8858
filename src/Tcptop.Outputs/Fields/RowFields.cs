using System.Text;
using System.Text.Json;
using Tcptop.Model;
using Tcptop.Outputs.Json;

namespace Tcptop.Outputs.Fields;

/// <summary>The fields of a row, in the order that scripts rely on. The one list of them: JSON, CSV and the header of CSV are all written from it.</summary>
internal static class RowFields
{
    private const int RateDecimals = 1;
    private const int AgeDecimals = 3;

    // Bounds of what others chose, as it is written.
    private const int MostCommandBytes = 4096;
    private const int MostTextBytes = 1024;

    public static void Write<TSink>(ref TSink into, in ConnectionRecord row, in RowFacts facts, scoped ReadOnlySpan<char> timestamp)
        where TSink : IFieldSink, allows ref struct
    {
        into.Text(JsonNames.Timestamp, timestamp);
        WriteIdentity(ref into, row);
        WriteCounters(ref into, row);
        WriteDetails(ref into, row, facts);
        WriteHostFacts(ref into, row, facts);
        WriteSocketFacts(ref into, row);
    }

    private static void WriteIdentity<TSink>(ref TSink into, in ConnectionRecord row)
        where TSink : IFieldSink, allows ref struct
    {
        into.Text(JsonNames.Protocol, row.Protocol.Name());
        WriteAddress(ref into, JsonNames.LocalAddress, row.Local.Address);
        into.Count(JsonNames.LocalPort, row.Local.Port);
        WriteAddress(ref into, JsonNames.RemoteAddress, row.Remote.Address);
        into.Count(JsonNames.RemotePort, row.Remote.Port);
        into.Count(JsonNames.Pid, row.Owner.IsVisible ? row.Owner.Pid : null);
        WriteName(ref into, JsonNames.Process, row.ProcessName);
        WriteText(ref into, JsonNames.State, row.State?.Name());
    }

    private static void WriteCounters<TSink>(ref TSink into, in ConnectionRecord row)
        where TSink : IFieldSink, allows ref struct
    {
        into.Count(JsonNames.BytesIn, row.BytesIn);
        into.Count(JsonNames.BytesOut, row.BytesOut);
        into.Count(JsonNames.PacketsIn, row.PacketsIn);
        into.Count(JsonNames.PacketsOut, row.PacketsOut);
        into.Fraction(JsonNames.RateIn, row.RateIn, RateDecimals);
        into.Fraction(JsonNames.RateOut, row.RateOut, RateDecimals);
        into.Count(JsonNames.RttUs, row.RttUs);
    }

    private static void WriteDetails<TSink>(ref TSink into, in ConnectionRecord row, in RowFacts facts)
        where TSink : IFieldSink, allows ref struct
    {
        into.Flag(JsonNames.Closed, row.IsClosed);
        into.Id(JsonNames.Cookie, row.Key.SocketCookie);
        into.Count(JsonNames.NetworkNamespace, row.NetworkNamespace != 0 ? row.NetworkNamespace : null);
        WriteText(ref into, JsonNames.Cgroup, facts.CgroupPath);
        into.Count(JsonNames.Uid, row.Uid);
        into.Fraction(JsonNames.Age, row.Age?.TotalSeconds, AgeDecimals);
        into.Count(JsonNames.Retransmits, row.Retransmits);
    }

    private static void WriteHostFacts<TSink>(ref TSink into, in ConnectionRecord row, in RowFacts facts)
        where TSink : IFieldSink, allows ref struct
    {
        WriteName(ref into, JsonNames.Interface, row.Device);
        WriteText(ref into, JsonNames.NetworkNamespaceName, facts.NetworkNamespace);
        WriteText(ref into, JsonNames.Container, facts.Container);
        WriteText(ref into, JsonNames.User, facts.User);
        var process = row.Owner.IsVisible ? facts.Process : null;
        WriteText(ref into, JsonNames.Command, process?.CommandLine, MostCommandBytes);
        WriteText(ref into, JsonNames.Executable, process?.Executable);
        WriteTime(ref into, JsonNames.ProcessStarted, process?.StartedAt);
    }

    private static void WriteSocketFacts<TSink>(ref TSink into, in ConnectionRecord row)
        where TSink : IFieldSink, allows ref struct
    {
        into.Count(JsonNames.Holders, row.Holders != 0 ? row.Holders : null);
        into.Count(JsonNames.Drops, row.Drops);
        into.Count(JsonNames.AcceptQueue, row.AcceptQueue?.Waiting);
        into.Count(JsonNames.AcceptLimit, row.AcceptQueue?.Limit);
    }

    private static void WriteText<TSink>(ref TSink into, JsonEncodedText name, string? value, int mostBytes = MostTextBytes)
        where TSink : IFieldSink, allows ref struct
    {
        if (value is null)
            into.Absent(name);
        else
            into.Foreign(name, value, mostBytes);
    }

    private static void WriteAddress<TSink>(ref TSink into, JsonEncodedText name, HostAddress address)
        where TSink : IFieldSink, allows ref struct
    {
        Span<char> text = stackalloc char[HostAddress.MaxTextLength];
        address.TryFormat(text, out var written);
        into.Text(name, text[..written]);
    }

    /// <summary>A name of the kernel's is bytes of any kind; what is not UTF-8 becomes U+FFFD, so that every reader can decode the file.</summary>
    private static void WriteName<TSink>(ref TSink into, JsonEncodedText name, KernelName value)
        where TSink : IFieldSink, allows ref struct
    {
        if (value.IsEmpty)
        {
            into.Absent(name);
            return;
        }
        Span<byte> bytes = stackalloc byte[KernelName.ByteLength];
        Span<char> text = stackalloc char[KernelName.ByteLength];
        var length = Encoding.UTF8.GetChars(bytes[..value.CopyTo(bytes)], text);
        into.Foreign(name, text[..length], MostTextBytes);
    }

    private static void WriteTime<TSink>(ref TSink into, JsonEncodedText name, DateTimeOffset? value)
        where TSink : IFieldSink, allows ref struct
    {
        if (value is not { } time)
        {
            into.Absent(name);
            return;
        }
        Span<char> text = stackalloc char[Rfc3339.Length];
        Rfc3339.Format(time, text);
        into.Text(name, text);
    }
}

using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using Tcptop.Model;

namespace Tcptop.Outputs.Trace;

/// <summary>
/// One JSON object an event, a line each, the same fields in each; an absent value is null. Written by hand:
/// the general writer takes three times as long, and the process's name is the only value that needs care.
/// </summary>
public sealed class TraceJsonOutput : ITraceOutput
{
    /// <summary>Of a character that is escaped: <c>\u00e9</c>; of a byte that is not UTF-8 as well.</summary>
    private const int MaxEscapedBytes = 6;

    private const int MaxNameBytes = KernelName.ByteLength * MaxEscapedBytes + 2;
    private const int MaxLineBytes = 640;

    private readonly EventClock _clock;
    private readonly SecondText _time = new("yyyy-MM-dd'T'HH:mm:ss", ticks => ticks);
    private readonly TextCache<HostAddress> _addresses = new(HostAddress.MaxTextLength, FormatAddress);
    private readonly TextCache<KernelName> _names = new(MaxNameBytes, FormatName);

    public TraceJsonOutput(EventClock clock) => _clock = clock;

    public void WriteHeading(IBufferWriter<byte> into)
    {
    }

    public void Write(in CollectorEvent happened, IBufferWriter<byte> into)
    {
        var line = new Utf8Line(into.GetSpan(MaxLineBytes));
        line.Text("{\"timestamp\":\""u8);
        line.Advance(_time.Format(_clock.TicksAt(happened.TimeNs), line.Rest));
        line.Text("Z\",\"event\":\""u8);
        line.Text(EventNames.Event(happened.Kind));
        line.Text("\",\"proto\":\""u8);
        line.Text(EventNames.Protocol(happened.Kind));
        line.Text("\",\"local_addr\":\""u8);
        line.Text(_addresses.TextOf(happened.Local.Address));
        line.Text("\",\"local_port\":"u8);
        WriteNumber(ref line, happened.Local.Port != 0 ? happened.Local.Port : null);
        WriteRemote(ref line, happened.Remote);
        line.Text(",\"pid\":"u8);
        WriteNumber(ref line, happened.Pid);
        line.Text(",\"process\":"u8);
        line.Text(_names.TextOf(happened.ProcessName));
        line.Text(",\"bytes\":"u8);
        WriteNumber(ref line, happened.Bytes);
        line.Text(",\"rtt_us\":"u8);
        WriteNumber(ref line, happened.RttUs);
        line.Text(",\"old_state\":"u8);
        WriteState(ref line, happened.OldState);
        line.Text(",\"new_state\":"u8);
        WriteState(ref line, happened.NewState);
        WriteSocket(ref line, happened);
        line.Text("}\n"u8);
        into.Advance(line.Length);
    }

    private void WriteRemote(ref Utf8Line line, Endpoint? remote)
    {
        if (remote is not { } known)
        {
            line.Text(",\"remote_addr\":null,\"remote_port\":null"u8);
            return;
        }
        line.Text(",\"remote_addr\":\""u8);
        line.Text(_addresses.TextOf(known.Address));
        line.Text("\",\"remote_port\":"u8);
        line.Number(known.Port);
    }

    /// <summary>The cookie as text, for many readers keep numbers as doubles.</summary>
    private static void WriteSocket(ref Utf8Line line, in CollectorEvent happened)
    {
        if (happened.SocketCookie is { } cookie)
        {
            line.Text(",\"cookie\":\""u8);
            line.Number(cookie);
            line.Text("\",\"netns\":"u8);
        }
        else
        {
            line.Text(",\"cookie\":null,\"netns\":"u8);
        }
        line.Number(happened.NetworkNamespace);
    }

    private static void WriteNumber(ref Utf8Line line, uint? value)
    {
        if (value is { } number)
            line.Number(number);
        else
            line.Text("null"u8);
    }

    private static void WriteState(ref Utf8Line line, TcpState? value)
    {
        if (value is not { } state)
        {
            line.Text("null"u8);
            return;
        }
        line.Byte((byte)'"');
        line.Text(EventNames.State(state));
        line.Byte((byte)'"');
    }

    private static int FormatAddress(in HostAddress address, Span<byte> into)
    {
        Span<char> text = stackalloc char[HostAddress.MaxTextLength];
        address.TryFormat(text, out var length);
        return Encoding.UTF8.GetBytes(text[..length], into);
    }

    /// <summary>As in the JSON of snapshots: what is not ASCII is escaped, what is not UTF-8 is U+FFFD.</summary>
    private static int FormatName(in KernelName name, Span<byte> into)
    {
        if (name.IsEmpty)
        {
            "null"u8.CopyTo(into);
            return 4;
        }
        Span<byte> bytes = stackalloc byte[KernelName.ByteLength];
        Span<char> text = stackalloc char[KernelName.ByteLength];
        Span<char> escaped = stackalloc char[MaxNameBytes];
        var length = Encoding.UTF8.GetChars(bytes[..name.CopyTo(bytes)], text);
        JavaScriptEncoder.Default.Encode(text[..length], escaped, out _, out var escapedLength);
        into[0] = (byte)'"';
        var written = Encoding.UTF8.GetBytes(escaped[..escapedLength], into[1..]);
        into[written + 1] = (byte)'"';
        return written + 2;
    }
}

using System.Buffers;
using System.Text;
using Tcptop.Model;
using Tcptop.Table.Formats;

namespace Tcptop.Outputs.Trace;

/// <summary>
/// A line an event, for people and grep: fields in columns, absent ones "-". The name comes last, for it
/// alone may hold blanks: all others are the same words from the left in every line.
/// </summary>
public sealed class TraceTextOutput : ITraceOutput
{
    private const int MaxNameBytes = KernelName.ByteLength * SafeText.MaxCharsPerByte;
    private const int MaxLineBytes = 320;

    // Where columns begin. What is longer than its column, as IPv6 addresses often are, moves the later ones.
    private const int ProtocolColumn = 16;
    private const int EventColumn = 22;
    private const int LocalColumn = 28;
    private const int RemoteColumn = 50;
    private const int BytesColumn = 72;
    private const int RttColumn = 81;
    private const int StateColumn = 89;
    private const int PidColumn = 113;
    private const int NameColumn = 121;

    private readonly EventClock _clock;
    private readonly SecondText _time;
    private readonly TextCache<Endpoint> _endpoints = new(Endpoint.MaxTextLength, FormatEndpoint);
    private readonly TextCache<KernelName> _names = new(MaxNameBytes, FormatName);

    public TraceTextOutput(EventClock clock)
    {
        _clock = clock;
        _time = new SecondText(
            "HH:mm:ss", ticks => ticks + clock.Local(new DateTimeOffset(ticks, TimeSpan.Zero)).Ticks);
    }

    public void WriteHeading(IBufferWriter<byte> into)
    {
        var line = new Utf8Line(into.GetSpan(MaxLineBytes));
        line.Text("TIME"u8);
        line.PadTo(ProtocolColumn);
        line.Text("PROTO"u8);
        line.PadTo(EventColumn);
        line.Text("EVENT"u8);
        line.PadTo(LocalColumn);
        line.Text("LOCAL"u8);
        line.PadTo(RemoteColumn);
        line.Text("REMOTE"u8);
        line.PadTo(BytesColumn);
        line.AlignRight("BYTES"u8, RttColumn - BytesColumn - 1);
        line.PadTo(RttColumn);
        line.AlignRight("RTT_US"u8, StateColumn - RttColumn - 1);
        line.PadTo(StateColumn);
        line.Text("STATE"u8);
        line.PadTo(PidColumn);
        line.AlignRight("PID"u8, NameColumn - PidColumn - 1);
        line.Text(" PROCESS\n"u8);
        into.Advance(line.Length);
    }

    public void Write(in CollectorEvent happened, IBufferWriter<byte> into)
    {
        var line = new Utf8Line(into.GetSpan(MaxLineBytes));
        line.Advance(_time.Format(_clock.TicksAt(happened.TimeNs), line.Rest));
        line.Byte((byte)' ');
        line.Text(EventNames.Protocol(happened.Kind));
        line.PadTo(EventColumn);
        line.Text(EventNames.Event(happened.Kind));
        line.PadTo(LocalColumn);
        line.Text(_endpoints.TextOf(happened.Local));
        line.PadTo(RemoteColumn);
        line.Text(happened.Remote is { } remote ? _endpoints.TextOf(remote) : "-"u8);
        WriteNumber(ref line, happened.Bytes, BytesColumn, RttColumn);
        WriteNumber(ref line, happened.RttUs, RttColumn, StateColumn);
        line.PadTo(StateColumn);
        WriteStates(happened, ref line);
        WriteProcess(happened, ref line);
        line.Byte((byte)'\n');
        into.Advance(line.Length);
    }

    /// <summary>Between its column and the next, which a blank parts, to the right.</summary>
    private static void WriteNumber(ref Utf8Line line, uint? value, int column, int next)
    {
        line.PadTo(column);
        if (value is { } number)
            line.AlignRight(number, next - column - 1);
        else
            line.AlignRight("-"u8, next - column - 1);
    }

    private static void WriteStates(in CollectorEvent happened, ref Utf8Line line)
    {
        if (happened is not { OldState: { } oldState, NewState: { } newState })
        {
            line.Byte((byte)'-');
            return;
        }
        line.Text(EventNames.State(oldState));
        line.Text("->"u8);
        line.Text(EventNames.State(newState));
    }

    private void WriteProcess(in CollectorEvent happened, ref Utf8Line line)
    {
        WriteNumber(ref line, happened.Pid, PidColumn, NameColumn);
        line.Byte((byte)' ');
        line.Text(_names.TextOf(happened.ProcessName));
    }

    private static int FormatEndpoint(in Endpoint endpoint, Span<byte> into)
    {
        Span<char> text = stackalloc char[Endpoint.MaxTextLength];
        endpoint.TryFormat(text, out var length);
        // It ends in the port: one that is not there yet is not a port of 0.
        if (endpoint.Port == 0)
            text[length - 1] = '-';
        return Encoding.UTF8.GetBytes(text[..length], into);
    }

    private static int FormatName(in KernelName name, Span<byte> into)
    {
        if (name.IsEmpty)
        {
            into[0] = (byte)'-';
            return 1;
        }
        Span<byte> bytes = stackalloc byte[KernelName.ByteLength];
        Span<char> text = stackalloc char[MaxNameBytes];
        var length = SafeText.Escape(bytes[..name.CopyTo(bytes)], text);
        return Encoding.UTF8.GetBytes(text[..length], into);
    }
}

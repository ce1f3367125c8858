using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Tcptop.Model;
using Tcptop.Model.Fields;
using Tcptop.Table.Formats;

namespace Tcptop.Outputs.Fields;

/// <summary>The fields of a file, in their order, and how a row is written in them.</summary>
internal sealed class FileFields
{
    private readonly (Field Field, JsonEncodedText Name)[] _fields;

    /// <summary>Those of 0.1.0.</summary>
    private static readonly FileFields Usual = new(FieldList.In(FieldViews.Files));

    private FileFields(ImmutableArray<Field> fields)
    {
        _fields = [.. fields.Select(static field => (field, JsonEncodedText.Encode(field.Name)))];
        Asks = FieldList.AskedFor(fields);
    }

    /// <param name="fields">Null: those of 0.1.0.</param>
    public static FileFields Of(ImmutableArray<Field>? fields) => fields is { } chosen ? new(chosen) : Usual;

    /// <summary>What the host is asked for them.</summary>
    public HostFact Asks { get; }

    public IEnumerable<string> Names => _fields.Select(static entry => entry.Field.Name);

    /// <param name="into">Takes the values.</param>
    /// <param name="row">The row.</param>
    /// <param name="facts">What the host says of it.</param>
    /// <param name="refresh">When it was read.</param>
    /// <param name="timestamp">The same as text, which all rows of a refresh share.</param>
    public void Write<TSink>(
        ref TSink into, in ConnectionRecord row, in RowFacts facts, DateTimeOffset refresh,
            scoped ReadOnlySpan<char> timestamp)
        where TSink : IFieldSink, allows ref struct
    {
        foreach (var (field, name) in _fields)
        {
            switch (field)
            {
                case NumberField { IsHuge: true } number:
                    into.Id(name, number.Read(row).GetValueOrDefault());
                    break;
                case NumberField number:
                    into.Count(name, number.Read(row));
                    break;
                case TextField text:
                    WriteText(ref into, name, text.Read(row, facts), text.MostBytes);
                    break;
                case FractionField fraction:
                    into.Fraction(name, fraction.Read(row), fraction.Decimals);
                    break;
                case AddressField address:
                    WriteAddress(ref into, name, address.Read(row));
                    break;
                case NameField kernelName:
                    WriteName(ref into, name, kernelName.Read(row));
                    break;
                case TimeField time when time == FieldList.Timestamp:
                    into.Text(name, timestamp);
                    break;
                default:
                    WriteRare(ref into, name, field, row, new RowContext(facts, refresh));
                    break;
            }
        }
    }

    private static void WriteRare<TSink>(
        ref TSink into, JsonEncodedText name, Field field, in ConnectionRecord row, in RowContext context)
        where TSink : IFieldSink, allows ref struct
    {
        switch (field)
        {
            case FlagField flag:
                into.Flag(name, flag.Read(row));
                break;
            case EndpointField end:
                Span<char> text = stackalloc char[EndpointText.MaxLength];
                into.Text(name, text[..EndpointText.Format(end.Read(row), row.Device, text)]);
                break;
            case ShareField share:
                WriteShare(ref into, name, share.Read(row));
                break;
            case TimeField time:
                WriteTime(ref into, name, time.Read(row, context.Facts, context.Refresh));
                break;
            default:
                throw new UnreachableException($"{field} has no form in files");
        }
    }

    private static void WriteShare<TSink>(ref TSink into, JsonEncodedText name, (uint Part, uint Whole)? share)
        where TSink : IFieldSink, allows ref struct
    {
        if (share is null)
        {
            into.Absent(name);
            return;
        }
        Span<char> text = stackalloc char[FieldText.LongestShare];
        into.Text(name, text[..FieldText.OfShare(share, text)]);
    }

    private static void WriteText<TSink>(ref TSink into, JsonEncodedText name, string? value, int mostBytes)
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

    /// <summary>
    /// A name of the kernel's is bytes of any kind; what is not UTF-8 becomes U+FFFD, so that every reader
    /// can decode the file.
    /// </summary>
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
        into.Foreign(name, text[..length], Field.MostBytesOfText);
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

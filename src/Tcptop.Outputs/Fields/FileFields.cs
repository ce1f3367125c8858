using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Tcptop.Model;
using Tcptop.Model.Fields;
using Tcptop.Table.Formats;

namespace Tcptop.Outputs.Fields;

/// <summary>The fields of a file, in their order, and how a row is written in them.</summary>
internal sealed class FileFields
{
    private readonly Entry[] _fields;

    /// <summary>How a field is written, found out once: to ask its type in each row is felt.</summary>
    private enum Form
    {
        Count,
        Text,
        Fraction,
        Address,
        Name,
        Id,
        Refresh,
        Rare,
    }

    private readonly record struct Entry(Form Form, Field Field, JsonEncodedText Name);

    /// <summary>Those of 0.1.0.</summary>
    private static readonly FileFields Usual = new(FieldList.In(FieldViews.Files));

    private FileFields(ImmutableArray<Field> fields)
    {
        _fields = [.. fields.Select(
            static field => new Entry(FormOf(field), field, JsonEncodedText.Encode(field.Name)))];
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
        foreach (ref readonly var entry in _fields.AsSpan())
        {
            var (form, field, name) = entry;
            switch (form)
            {
                case Form.Count:
                    into.Count(name, As<NumberField>(field).Read(row));
                    break;
                case Form.Text:
                    var text = As<TextField>(field);
                    WriteText(ref into, name, text.Read(row, facts), text.MostBytes);
                    break;
                case Form.Fraction:
                    var fraction = As<FractionField>(field);
                    into.Fraction(name, fraction.Read(row), fraction.Decimals);
                    break;
                case Form.Address:
                    WriteAddress(ref into, name, As<AddressField>(field).Read(row));
                    break;
                case Form.Name:
                    WriteName(ref into, name, As<NameField>(field).Read(row));
                    break;
                case Form.Id:
                    into.Id(name, As<NumberField>(field).Read(row).GetValueOrDefault());
                    break;
                case Form.Refresh:
                    into.Text(name, timestamp);
                    break;
                default:
                    WriteRare(ref into, name, field, row, new RowContext(facts, refresh));
                    break;
            }
        }
    }

    /// <summary>Known to be one, by its form.</summary>
    private static T As<T>(Field field)
        where T : Field => Unsafe.As<T>(field);

    private static Form FormOf(Field field) => field switch
    {
        NumberField { IsHuge: true } => Form.Id,
        NumberField => Form.Count,
        TextField => Form.Text,
        FractionField => Form.Fraction,
        AddressField => Form.Address,
        NameField => Form.Name,
        TimeField when field == FieldList.Timestamp => Form.Refresh,
        _ => Form.Rare,
    };

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

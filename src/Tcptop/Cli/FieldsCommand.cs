using System.Buffers;
using System.CommandLine;
using System.CommandLine.Help;
using System.Text;
using System.Text.Json;
using Tcptop.Model.Fields;

namespace Tcptop.Cli;

/// <summary>The command <c>fields</c>: the registry of fields, for people and programs.</summary>
internal sealed class FieldsCommand
{
    private const int NameWidth = 18;
    private const int UnitWidth = 10;

    private static readonly string[] Examples =
    [
        "tcptop fields",
        "tcptop fields --format json | jq -r .name",
    ];

    private readonly Option<OutputFormat> _format = CommandLine.TextOrJson();

    public FieldsCommand()
    {
        Groups = [new("Output", [_format]), new("Other", [Help])];
        foreach (var group in Groups)
            group.AddTo(Command);
    }

    public IReadOnlyList<FlagGroup> Groups { get; }

    public Command Command { get; } = new(
        "fields", "Lists every field: its name for --columns and --sort, its unit, and what it means. Needs no root.");

    public HelpOption Help { get; } = new("--help", "-h") { Description = "Show this help and exit" };

    public string HelpText =>
        Tcptop.Cli.HelpText.Write(Command.Description!, ["tcptop fields [FLAGS]"], Groups, Examples);

    public string TextOf(ParseResult parsed) => parsed.GetValue(_format) == OutputFormat.Json ? Json() : Text();

    private static string Text()
    {
        var text = new StringBuilder();
        text.Append("NAME".PadRight(NameWidth)).Append("UNIT".PadRight(UnitWidth)).Append("MEANING\n");
        foreach (var field in FieldList.All)
        {
            text.Append(field.Name.PadRight(NameWidth));
            text.Append((field.Unit.Name() ?? "-").PadRight(UnitWidth));
            text.Append(field.Help).Append('\n');
        }
        return text.ToString();
    }

    private static string Json()
    {
        var lines = new ArrayBufferWriter<byte>();
        foreach (var field in FieldList.All)
        {
            using (var json = new Utf8JsonWriter(lines))
                Write(json, field);
            lines.Write("\n"u8);
        }
        return Encoding.UTF8.GetString(lines.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, Field field)
    {
        json.WriteStartObject();
        json.WriteString("name", field.Name);
        json.WriteString("title", field.Title);
        json.WriteString("unit", field.Unit.Name());
        json.WriteString("kind", KindOf(field.Kind));
        json.WriteString("source", field.Source);
        json.WriteString("help", field.Help);
        json.WriteStartArray("default");
        foreach (var view in ViewsOf(field))
            json.WriteStringValue(view);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string KindOf(FieldKind kind) => kind switch
    {
        FieldKind.Counter => "counter",
        FieldKind.Gauge => "gauge",
        _ => "text",
    };

    private static IEnumerable<string> ViewsOf(Field field)
    {
        if ((field.Views & FieldViews.Screen) != 0)
            yield return "screen";
        if ((field.Views & (FieldViews.Text | FieldViews.TextIfAny)) != 0)
            yield return "text";
        if ((field.Views & FieldViews.Files) != 0)
        {
            yield return "csv";
            yield return "json";
        }
    }
}

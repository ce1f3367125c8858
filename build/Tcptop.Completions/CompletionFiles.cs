namespace Tcptop.Completions;

/// <summary>The files under packaging/completions, under the names that the shells look for.</summary>
internal static class CompletionFiles
{
    public static IReadOnlyList<(string Name, string Text)> All(CompletedCommand command) =>
    [
        ("tcptop.bash", BashCompletion.Write(command)),
        ("_tcptop", ZshCompletion.Write(command)),
        ("tcptop.fish", FishCompletion.Write(command)),
    ];
}

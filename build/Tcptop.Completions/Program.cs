// Writes the shells' completions from the program's own command line, into the folder that is named. See "make completions".
using Tcptop.Completions;

if (args is not [var folder])
{
    Console.Error.WriteLine("usage: Tcptop.Completions FOLDER");
    return 2;
}
foreach (var (name, text) in CompletionFiles.All(CompletedCommand.From(new Tcptop.CommandLine().Definition, "tcptop")))
    File.WriteAllText(Path.Combine(folder, name), text);
return 0;

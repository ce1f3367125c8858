// Writes what is made from the program itself, into the folder of packaging files that is named: the shells'
// completions from the command line, the manual page's list of fields from the registry. See "make
// completions".
using Tcptop.Completions;

if (args is not [var packaging])
{
    Console.Error.WriteLine("usage: Tcptop.Completions FOLDER");
    return 2;
}
var command = CompletedCommand.From(new Tcptop.Cli.CommandLine().Definition, "tcptop");
foreach (var (name, text) in CompletionFiles.All(command))
    File.WriteAllText(Path.Combine(packaging, "completions", name), text);
var page = Path.Combine(packaging, "man", "tcptop.8");
File.WriteAllText(page, ManualFields.Update(File.ReadAllText(page)));
return 0;

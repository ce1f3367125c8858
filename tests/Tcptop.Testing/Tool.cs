using System.Diagnostics;

namespace Tcptop.Testing;

/// <summary>What a finished command said.</summary>
public sealed record ToolResult(int ExitCode, string Output, string Error);

/// <summary>Runs commands to their end.</summary>
public static class Tool
{
    private static readonly TimeSpan Bound = Patience.Of(TimeSpan.FromSeconds(60));

    public static ToolResult Run(string command, params string[] arguments)
    {
        var start = new ProcessStartInfo(command, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{command} did not start.");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Bound))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{command} {string.Join(' ', arguments)} did not end.");
        }
        process.WaitForExit();
        return new ToolResult(process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }

    /// <summary>Runs a command that must succeed.</summary>
    public static string Must(string command, params string[] arguments)
    {
        var result = Run(command, arguments);
        return result.ExitCode == 0
            ? result.Output
            : throw new InvalidOperationException(
                $"{command} {string.Join(' ', arguments)}: exit {result.ExitCode}: {result.Error}");
    }
}

namespace Tcptop.Linux;

/// <summary>
/// How many files this process may have open. Asked once, at the start: libbpf and .NET do not
/// always say that it was this which they ran out of.
/// </summary>
public static class OpenFiles
{
    /// <exception cref="KernelException">So many more cannot be opened.</exception>
    public static void Require(int count)
    {
        // Any file will do.
        var opened = new List<WakeSignal>(count);
        try
        {
            while (opened.Count < count)
                opened.Add(new WakeSignal());
        }
        catch (KernelException e)
        {
            throw new KernelException($"open the {count} files that tcptop needs", e.Errno);
        }
        finally
        {
            foreach (var file in opened)
                file.Dispose();
        }
    }
}

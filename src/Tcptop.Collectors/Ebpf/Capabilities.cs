using System.Globalization;
using Tcptop.Linux;
using Tcptop.Model;

namespace Tcptop.Collectors.Ebpf;

/// <summary>
/// The capabilities that are in effect for this thread: see <see cref="EffectiveCapabilities"/>.
/// </summary>
internal readonly record struct Capabilities(ulong Effective)
{
    // include/uapi/linux/capability.h
    private const int NetAdminBit = 12;
    private const int SysChrootBit = 18;
    private const int SysPtraceBit = 19;
    private const int SysAdminBit = 21;
    private const int PerfmonBit = 38;
    private const int BpfBit = 39;

    /// <summary>
    /// Enters other network namespaces; before Linux 5.8 it was also what is now CAP_BPF and CAP_PERFMON, and
    /// still includes them.
    /// </summary>
    public bool SysAdmin => Has(SysAdminBit);

    /// <summary>Gives a thread another root directory.</summary>
    public bool SysChroot => Has(SysChrootBit);

    /// <summary>Knows of processes what is not for everybody, such as their namespaces.</summary>
    public bool SysPtrace => Has(SysPtraceBit);

    /// <summary>Attaches programs to cgroups.</summary>
    public bool NetAdmin => Has(NetAdminBit);

    /// <summary>Some of what is needed is held.</summary>
    public bool HasAny => SysAdmin || Has(BpfBit) || Has(PerfmonBit);

    /// <summary>Those that tcptop cannot do without and this process lacks.</summary>
    public IReadOnlyList<string> Lacking()
    {
        var lacking = new List<string>();
        if (!SysAdmin && !Has(BpfBit))
            lacking.Add("CAP_BPF");
        if (!SysAdmin && !Has(PerfmonBit))
            lacking.Add("CAP_PERFMON");
        return lacking;
    }

    /// <exception cref="PrivilegeException">This process may not load eBPF programs.</exception>
    public static void Require()
    {
        const string OfUserNamespace = "The root of a user namespace is not enough";
        var held = OfThisThread();
        var lacking = held.Lacking();
        if (lacking.Count == 0)
            return;
        if (!UserNamespace.IsOfHost && Read().HasAny)
            throw new PrivilegeException(lacking, isPartial: true, OfUserNamespace);
        throw new PrivilegeException(lacking, held.HasAny);
    }

    /// <summary>
    /// None in a user namespace, whatever it says there: what tcptop needs is asked for in that of the host.
    /// </summary>
    /// <exception cref="UnsupportedHostException">There is no /proc to ask.</exception>
    public static Capabilities OfThisThread() => UserNamespace.IsOfHost ? Read() : default;

    /// <param name="statusLines">Of <c>/proc/PID/status</c>. Without a <c>CapEff</c> line nothing is held.</param>
    public static Capabilities Parse(IEnumerable<string> statusLines)
    {
        const string Field = "CapEff:";
        foreach (var line in statusLines)
        {
            if (line.StartsWith(Field, StringComparison.Ordinal)
                && ulong.TryParse(line.AsSpan(Field.Length).Trim(), NumberStyles.AllowHexSpecifier,
                    CultureInfo.InvariantCulture, out var effective))
                return new Capabilities(effective);
        }
        return default;
    }

    /// <summary>As the user namespace that this process is in counts them.</summary>
    private static Capabilities Read()
    {
        const string Status = "/proc/thread-self/status";
        try
        {
            return Parse(File.ReadLines(Status));
        }
        catch (IOException e) when (!KernelException.IsShortOfFilesIn(e))
        {
            throw new UnsupportedHostException($"cannot read {Status}: tcptop needs /proc mounted", []);
        }
    }

    private bool Has(int bit) => (Effective >> bit & 1) != 0;
}

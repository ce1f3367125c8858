using Tcptop.Model;

namespace Tcptop.Table;

/// <summary>Containers and units of rows, asked of the host once a refresh for each cgroup and process: a filter asks for every row.</summary>
internal sealed class ContainerNames(IHostFacts? facts)
{
    private readonly Dictionary<(ulong Cgroup, ProcessIdentity Owner), string?> _names = [];
    private (ulong Cgroup, ProcessIdentity Owner) _lastOf;
    private string? _last;

    /// <summary>What was said is not relied on any more.</summary>
    public void Forget()
    {
        _names.Clear();
        (_lastOf, _last) = (default, null);
    }

    public string? NameOf(in ConnectionRow row)
    {
        var of = (row.CgroupId, row.Owner);
        if (facts is null || of == default)
            return null;
        // Rows of one process often come one after the other.
        if (of == _lastOf)
            return _last;
        if (!_names.TryGetValue(of, out var name))
        {
            if (!facts.TryContainer(row.ToRecord(refresh: 0), out name))
                return null;
            _names[of] = name;
        }
        (_lastOf, _last) = (of, name);
        return name;
    }
}

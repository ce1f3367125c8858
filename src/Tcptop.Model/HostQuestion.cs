namespace Tcptop.Model;

/// <summary>All of a row that the host is asked with: rows that have it in common get the same answer.</summary>
public readonly record struct HostQuestion(ProcessIdentity Owner, ulong CgroupId, uint? Uid, uint NetworkNamespace)
{
    public static HostQuestion Of(in ConnectionRecord row) =>
        new(row.Owner, row.CgroupId, row.Uid, row.NetworkNamespace);
}

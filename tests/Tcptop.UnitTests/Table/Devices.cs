using System.Globalization;
using Tcptop.Model;

namespace Tcptop.UnitTests.Table;

/// <summary>A host that knows nothing but its devices: index 2 is eth2.</summary>
internal sealed class Devices : IHostFacts
{
    public int Asked { get; private set; }

    public string? InterfaceName(in ConnectionRecord row)
    {
        Asked++;
        return row.InterfaceIndex == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"eth{row.InterfaceIndex}");
    }

    public string? CgroupPath(in ConnectionRecord row) => null;

    public string? Container(in ConnectionRecord row) => null;

    public string? NetworkNamespaceName(in ConnectionRecord row) => null;

    public string? UserName(in ConnectionRecord row) => null;

    public ProcessFacts? Process(in ConnectionRecord row) => null;
}

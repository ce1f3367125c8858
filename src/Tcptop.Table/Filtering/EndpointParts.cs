using Tcptop.Model;
using Tcptop.Table.Formats;

namespace Tcptop.Table.Filtering;

/// <summary>Which ends of connections have a text in them as they are shown, in upper or lower case.</summary>
internal sealed class EndpointParts(string part)
{
    public bool IsIn(in Endpoint endpoint, KernelName device)
    {
        Span<char> text = stackalloc char[EndpointText.MaxLength];
        return text[..EndpointText.Format(endpoint, device, text)].Contains(part, StringComparison.OrdinalIgnoreCase);
    }
}

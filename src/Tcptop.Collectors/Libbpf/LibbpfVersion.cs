using System.Runtime.InteropServices;

namespace Tcptop.Collectors.Libbpf;

/// <summary>Which libbpf this is: the one linked in, or under the JIT the one loaded.</summary>
public static class LibbpfVersion
{
    /// <summary>"v1.1"; null where there is none to load.</summary>
    public static string? Text
    {
        get
        {
            try
            {
                return Marshal.PtrToStringUTF8(LibbpfMethods.libbpf_version_string());
            }
            catch (DllNotFoundException)
            {
                return null;
            }
        }
    }
}

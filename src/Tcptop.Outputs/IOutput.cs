using System.Buffers;
using Tcptop.Table;

namespace Tcptop.Outputs;

/// <summary>A snapshot in, bytes out.</summary>
public interface IOutput
{
    /// <summary>What stands once at the beginning of a file, before the snapshots.</summary>
    void Begin(IBufferWriter<byte> into)
    {
    }

    void Write(Snapshot snapshot, IBufferWriter<byte> into);

    /// <summary>How many of these bytes, the first part of what was written, are whole rows.</summary>
    int WholeRows(ReadOnlySpan<byte> written) => written.LastIndexOf((byte)'\n') + 1;
}

using System.Buffers;
using Tcptop.Model;
using Tcptop.Table;

namespace Tcptop.Outputs;

/// <summary>A snapshot in, bytes out: in parts, so that no more of it than a part is ever in memory as bytes.</summary>
public interface IOutput
{
    /// <summary>What the host is asked about the rows; the caller sees to it that the answers are there.</summary>
    HostFact Asks { get; }

    /// <summary>What stands once at the beginning of a file, before the snapshots.</summary>
    void Begin(IBufferWriter<byte> into)
    {
    }

    /// <summary>What stands before a snapshot's rows.</summary>
    void BeginRows(Snapshot snapshot, IBufferWriter<byte> into)
    {
    }

    void WriteRows(Snapshot snapshot, int first, int count, IBufferWriter<byte> into);

    /// <summary>What stands behind them.</summary>
    void EndRows(Snapshot snapshot, IBufferWriter<byte> into)
    {
    }

    /// <summary>How many of these bytes, the first part of what was written, are whole rows.</summary>
    int WholeRows(ReadOnlySpan<byte> written) => written.LastIndexOf((byte)'\n') + 1;
}

using System.Buffers;
using Tcptop.Model;

namespace Tcptop.Outputs.Trace;

/// <summary>Writes events as lines of UTF-8, without an allocation for each.</summary>
public interface ITraceOutput
{
    /// <summary>What stands above the first line, if anything does.</summary>
    void WriteHeading(IBufferWriter<byte> into);

    void Write(in CollectorEvent happened, IBufferWriter<byte> into);
}

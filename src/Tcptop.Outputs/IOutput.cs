using System.Buffers;
using Tcptop.Table;

namespace Tcptop.Outputs;

/// <summary>A snapshot in, bytes out.</summary>
public interface IOutput
{
    void Write(Snapshot snapshot, IBufferWriter<byte> into);
}

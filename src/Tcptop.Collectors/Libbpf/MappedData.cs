using System.Runtime.CompilerServices;
using Tcptop.Linux;

namespace Tcptop.Collectors.Libbpf;

/// <summary>
/// A data section of a loaded object (<c>.bss</c>), mapped: what programs write is seen here at once, and the
/// other way round.
/// </summary>
public sealed unsafe class MappedData<T> : IDisposable
    where T : unmanaged
{
    private readonly MappedMemory _memory;

    internal MappedData(MappedMemory memory) => _memory = memory;

    public ref T Value => ref Unsafe.AsRef<T>(_memory.Address);

    public void Dispose() => _memory.Dispose();
}

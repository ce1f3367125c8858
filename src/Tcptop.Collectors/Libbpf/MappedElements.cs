using Tcptop.Linux;

namespace Tcptop.Collectors.Libbpf;

/// <summary>
/// The elements of an object's array (<c>BPF_F_MMAPABLE</c>), mapped: what programs write is seen here at
/// once, and the other way round.
/// </summary>
public sealed unsafe class MappedElements<T> : IDisposable
    where T : unmanaged
{
    private readonly MappedMemory _memory;
    private readonly int _count;

    internal MappedElements(MappedMemory memory, int count) => (_memory, _count) = (memory, count);

    /// <summary>Valid until this is disposed.</summary>
    public Span<T> All => new(_memory.Address, _count);

    public void Dispose() => _memory.Dispose();
}

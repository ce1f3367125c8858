using System.Text;
using Tcptop.Linux;

namespace Tcptop.Collectors.Libbpf;

/// <summary>An eBPF array that is mapped into this process: what programs write is read in place.</summary>
public abstract unsafe class MappedArray : IDisposable
{
    private const uint ArrayType = 2; // BPF_MAP_TYPE_ARRAY
    private const uint Mappable = 1u << 10; // BPF_F_MMAPABLE
    private protected const uint OfAnySize = 1u << 12; // BPF_F_INNER_MAP

    private readonly DescriptorHandle _map;
    private readonly MappedMemory _memory;

    private protected MappedArray(
        string name, int valueBytes, int capacity, uint flags, bool writable, nuint mappedBytes)
    {
        _map = new DescriptorHandle(CreateMap(name, valueBytes, capacity, Mappable | flags));
        var pageBytes = (nuint)Environment.SystemPageSize;
        var length = (mappedBytes + pageBytes - 1) / pageBytes * pageBytes;
        try
        {
            _memory = MappedMemory.Map(Fd, 0, length, writable, $"the eBPF array {name}");
        }
        catch (KernelException)
        {
            _map.Dispose();
            throw;
        }
    }

    internal int Fd => _map.Fd;

    private protected byte* Address => _memory.Address;

    /// <summary>
    /// Its descriptor is needed no more: what it was put into, and the mapping, keep it. There may be hundreds.
    /// </summary>
    public void CloseDescriptor() => _map.Dispose();

    public void Dispose()
    {
        _memory.Dispose();
        _map.Dispose();
        GC.SuppressFinalize(this);
    }

    private static int CreateMap(string name, int valueBytes, int capacity, uint flags)
    {
        Span<byte> utf8 = stackalloc byte[16]; // BPF_OBJ_NAME_LEN, with the closing NUL
        utf8.Clear();
        Encoding.UTF8.GetBytes(name, utf8[..15]);
        var options = new LibbpfMethods.MapCreateOptions
        {
            Size = (nuint)sizeof(LibbpfMethods.MapCreateOptions),
            MapFlags = flags
        };
        fixed (byte* namePointer = utf8)
        {
            var fd = LibbpfMethods.bpf_map_create(
                ArrayType, namePointer, sizeof(uint), (uint)valueBytes, (uint)capacity, &options);
            return fd >= 0 ? fd : throw new KernelException($"create an eBPF array of {capacity} rows", -fd);
        }
    }
}

/// <summary>One element of any size, which both sides write.</summary>
/// <param name="name">Its name.</param>
/// <param name="bytes">Its size,</param>
/// <param name="mappedBytes">and that of the first part, which alone is mapped: the rest is the programs'.</param>
/// <exception cref="KernelException">No memory, or no right to make maps.</exception>
public sealed unsafe class MappedElement(string name, int bytes, int mappedBytes)
    : MappedArray(name, bytes, capacity: 1, flags: 0, writable: true, (nuint)mappedBytes)
{
    /// <summary>So many of its parts, which begin there. Valid until it is disposed.</summary>
    public Span<T> Part<T>(int offset, int count)
        where T : unmanaged => new(Address + offset, count);
}

/// <summary>Elements that programs write. In the place of one there may come one of another size.</summary>
/// <exception cref="KernelException">No memory, or no right to make maps.</exception>
public sealed unsafe class MappedArray<T>(string name, int capacity)
    : MappedArray(name, sizeof(T), capacity, OfAnySize, writable: false, (nuint)capacity * (nuint)sizeof(T))
    where T : unmanaged
{
    public int Capacity { get; } = capacity;

    /// <summary>
    /// The first <paramref name="count"/> elements, as they are now. Valid until the array is disposed.
    /// </summary>
    public ReadOnlySpan<T> Elements(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Capacity);
        return new ReadOnlySpan<T>(Address, count);
    }
}

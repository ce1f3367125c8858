using System.Text;
using Tcptop.Linux;

namespace Tcptop.Collectors.Libbpf;

/// <summary>An eBPF array of <c>T</c> that is mapped into this process: what programs write is read in place.</summary>
public abstract class MappedArray : IDisposable
{
    private const uint ArrayType = 2; // BPF_MAP_TYPE_ARRAY
    private protected const uint Mappable = 1u << 10; // BPF_F_MMAPABLE
    private protected const uint OfAnySize = 1u << 12; // BPF_F_INNER_MAP

    private readonly DescriptorHandle _map;

    private protected MappedArray(int fd) => _map = new DescriptorHandle(fd);

    internal int Fd => _map.Fd;

    /// <summary>
    /// Its descriptor is needed no more: what it was put into, and the mapping, keep it. There may be hundreds.
    /// </summary>
    public void CloseDescriptor() => _map.Dispose();

    private protected static unsafe int CreateMap(string name, int valueBytes, int capacity, uint flags)
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

    public virtual void Dispose()
    {
        _map.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>One element of any size, which both sides write.</summary>
public sealed unsafe class MappedElement : MappedArray
{
    private readonly MappedMemory _memory;

    /// <exception cref="KernelException">No memory, or no right to make maps.</exception>
    public MappedElement(string name, int bytes)
        : base(CreateMap(name, bytes, 1, Mappable))
    {
        var pageBytes = Environment.SystemPageSize;
        var length = (nuint)((bytes + pageBytes - 1) / pageBytes * pageBytes);
        try
        {
            _memory = MappedMemory.Map(Fd, 0, length, writable: true, $"the eBPF array {name}");
        }
        catch (KernelException)
        {
            base.Dispose();
            throw;
        }
    }

    /// <summary>So many of its parts, which begin there. Valid until it is disposed.</summary>
    public Span<T> Part<T>(int offset, int count)
        where T : unmanaged => new(_memory.Address + offset, count);

    public override void Dispose()
    {
        _memory.Dispose();
        base.Dispose();
    }
}

/// <inheritdoc cref="MappedArray"/>
public sealed unsafe class MappedArray<T> : MappedArray
    where T : unmanaged
{
    private readonly MappedMemory _memory;

    /// <exception cref="KernelException">No memory, or no right to make maps.</exception>
    public MappedArray(string name, int capacity)
        : base(CreateMap(name, sizeof(T), capacity, Mappable | OfAnySize))
    {
        Capacity = capacity;
        var pageBytes = (nuint)Environment.SystemPageSize;
        var length = ((nuint)capacity * (nuint)sizeof(T) + pageBytes - 1) / pageBytes * pageBytes;
        try
        {
            _memory = MappedMemory.Map(Fd, 0, length, writable: false, $"the eBPF array {name}");
        }
        catch (KernelException)
        {
            base.Dispose();
            throw;
        }
    }

    public int Capacity { get; }

    /// <summary>
    /// The first <paramref name="count"/> elements, as they are now. Valid until the array is disposed.
    /// </summary>
    public ReadOnlySpan<T> Elements(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Capacity);
        return new ReadOnlySpan<T>(_memory.Address, count);
    }

    public override void Dispose()
    {
        _memory.Dispose();
        base.Dispose();
    }
}

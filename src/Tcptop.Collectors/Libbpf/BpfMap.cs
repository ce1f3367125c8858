using System.Runtime.CompilerServices;
using Tcptop.Linux;

namespace Tcptop.Collectors.Libbpf;

/// <summary>A map of an object, valid as long as the object is.</summary>
public readonly unsafe struct BpfMap
{
    private const int InvalidArgument = 22;

    private readonly nint _map;

    internal BpfMap(nint map, string name) => (_map, Name) = (map, name);

    public string Name { get; }

    public int Fd => LibbpfMethods.bpf_map__fd(_map);

    public uint ValueBytes => LibbpfMethods.bpf_map__value_size(_map);

    public uint MaxEntries => LibbpfMethods.bpf_map__max_entries(_map);

    /// <summary>
    /// Before the load: leaves this map out. Only programs whose use of it the verifier can prove dead will
    /// load.
    /// </summary>
    public void LeaveOut() => LibbpfMethods.bpf_map__set_autocreate(_map, false);

    /// <summary>
    /// Before the load: elements of a table, bytes of a ring (of which a power of two of pages is taken).
    /// </summary>
    public void SetMaxEntries(uint count)
    {
        var result = LibbpfMethods.bpf_map__set_max_entries(_map, count);
        if (result < 0)
            throw new KernelException($"resize the eBPF map {Name} to {count} entries", -result);
    }

    /// <summary>Before the load: the initial value of a data section (<c>.rodata</c>), to be set.</summary>
    public ref T InitialValue<T>()
        where T : unmanaged
    {
        nuint size = 0;
        var data = LibbpfMethods.bpf_map__initial_value(_map, &size);
        CheckSize<T>(data == null ? 0 : (uint)size);
        return ref Unsafe.AsRef<T>(data);
    }

    /// <summary>
    /// After the load: the memory of a data section (<c>.bss</c>) that programs read and write. libbpf's own
    /// pointer to it is the initial value still, unless the object was loaded as a skeleton; hence a mapping
    /// of our own.
    /// </summary>
    public MappedData<T> MapData<T>()
        where T : unmanaged
    {
        CheckSize<T>(ValueBytes);
        return new MappedData<T>(
            MappedMemory.Map(Fd, 0, (nuint)Environment.SystemPageSize, writable: true, $"the eBPF map {Name}"));
    }

    /// <summary>
    /// After the load: the memory of the first elements of an array (<c>BPF_F_MMAPABLE</c>) that programs read and
    /// write.
    /// </summary>
    public MappedElements<T> MapElements<T>(uint count)
        where T : unmanaged
    {
        if (ValueBytes != sizeof(T))
            CheckSize<T>(0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxEntries);
        return new MappedElements<T>(
            MappedMemory.Map(Fd, 0, (nuint)sizeof(T) * count, writable: true, $"the eBPF map {Name}"), (int)count);
    }

    /// <summary>Puts an inner map in a slot of this array of maps.</summary>
    public void SetInner(uint slot, MappedArray inner)
    {
        var fd = inner.Fd;
        var result = LibbpfMethods.bpf_map_update_elem(Fd, &slot, &fd, 0);
        if (result < 0)
            throw new KernelException($"insert an array into the eBPF map {Name}", -result);
    }

    /// <summary>
    /// Puts inner maps in slots that follow each other: all at once where the kernel can, for it waits some 10 ms
    /// each time, until no program can be using what was there before.
    /// </summary>
    public void SetInner(uint firstSlot, ReadOnlySpan<MappedArray> inner)
    {
        var slots = new uint[inner.Length];
        var fds = new int[inner.Length];
        for (var i = 0; i < inner.Length; i++)
            (slots[i], fds[i]) = (firstSlot + (uint)i, inner[i].Fd);
        var count = (uint)inner.Length;
        fixed (uint* slotsPointer = slots)
        fixed (int* fdsPointer = fds)
        {
            if (LibbpfMethods.bpf_map_update_batch(Fd, slotsPointer, fdsPointer, &count, null) == 0)
                return;
        }
        for (var i = 0; i < inner.Length; i++)
            SetInner(firstSlot + (uint)i, inner[i]);
    }

    /// <summary>False when the map is full.</summary>
    public bool TryPut<TKey, TValue>(TKey key, TValue value)
        where TKey : unmanaged
        where TValue : unmanaged => LibbpfMethods.bpf_map_update_elem(Fd, &key, &value, 0) == 0;

    /// <summary>False when there is no such element.</summary>
    public bool TryGet<TKey, TValue>(TKey key, out TValue value)
        where TKey : unmanaged
        where TValue : unmanaged
    {
        value = default;
        fixed (TValue* into = &value)
            return LibbpfMethods.bpf_map_lookup_elem(Fd, &key, into) == 0;
    }

    /// <summary>Puts a value on this stack; false when there is no room, or another CPU has it locked.</summary>
    public bool TryPush<TValue>(TValue value)
        where TValue : unmanaged => LibbpfMethods.bpf_map_update_elem(Fd, null, &value, 0) == 0;

    public void Remove<TKey>(TKey key)
        where TKey : unmanaged => _ = LibbpfMethods.bpf_map_delete_elem(Fd, &key);

    /// <summary>A user-space half and a kernel half of different builds must not meet.</summary>
    private void CheckSize<T>(uint bytes)
        where T : unmanaged
    {
        if (bytes < sizeof(T))
            throw new KernelException(
                $"use the eBPF map {Name}: it has {bytes} bytes where this program expects {sizeof(T)}",
                InvalidArgument);
    }
}

using Tcptop.Linux;

namespace Tcptop.Collectors.Libbpf;

/// <summary>
/// Reads a BPF_MAP_TYPE_RINGBUF of records of less than a page in place. One reader at a time. A reader of our own
/// rather than libbpf's: it can stop when it has read enough, and needs no callback out of native code.
/// </summary>
public sealed unsafe class RingBuffer : IDisposable
{
    // include/uapi/linux/bpf.h: BPF_RINGBUF_BUSY_BIT, BPF_RINGBUF_DISCARD_BIT, BPF_RINGBUF_HDR_SZ
    private const uint Busy = 1u << 31;
    private const uint Discarded = 1u << 30;
    private const int HeaderBytes = 8;

    private readonly int _fd;
    private readonly MappedMemory _consumer;
    private readonly MappedMemory _producer;
    private readonly ulong* _consumerPosition;
    private readonly ulong* _producerPosition;
    private readonly byte* _data;
    private readonly ulong _mask;

    private RingBuffer(int fd, MappedMemory consumer, MappedMemory producer, uint bytes)
    {
        _fd = fd;
        _consumer = consumer;
        _producer = producer;
        _consumerPosition = (ulong*)consumer.Address;
        _producerPosition = (ulong*)producer.Address;
        _data = producer.Address + Environment.SystemPageSize;
        _mask = bytes - 1;
    }

    /// <param name="map">Must outlive the reader.</param>
    public static RingBuffer Map(BpfMap map) => Map(map.Fd, map.MaxEntries, map.Name);

    /// <summary>Of a descriptor that can be mapped as a ring's can.</summary>
    internal static RingBuffer Map(int fd, uint bytes, string name)
    {
        var pageBytes = Environment.SystemPageSize;
        var consumer = MappedMemory.Map(fd, 0, (nuint)pageBytes, writable: true, $"the ring {name}");
        try
        {
            // The first page comes again behind the last, so that a record over the end is whole: none is larger.
            var producer = MappedMemory.Map(
                fd, pageBytes, 2 * (nuint)pageBytes + bytes, writable: false, $"the ring {name}");
            return new RingBuffer(fd, consumer, producer, bytes);
        }
        catch (KernelException)
        {
            consumer.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The oldest record, which stays in the ring until <see cref="Release"/>. False when there is none, or
    /// when its writer has not yet finished it.
    /// </summary>
    public bool TryPeek(out ReadOnlySpan<byte> record)
    {
        while (*_consumerPosition < Volatile.Read(ref *_producerPosition))
        {
            var header = _data + (*_consumerPosition & _mask);
            var length = Volatile.Read(ref *(uint*)header);
            if ((length & Busy) != 0)
                break;
            if ((length & Discarded) == 0)
            {
                record = new ReadOnlySpan<byte>(header + HeaderBytes, (int)length);
                return true;
            }
            Advance(length & ~Discarded);
        }
        record = default;
        return false;
    }

    /// <summary>Of records that have not been released, their headers included.</summary>
    public ulong WaitingBytes => Volatile.Read(ref *_producerPosition) - Volatile.Read(ref *_consumerPosition);

    /// <summary>Gives the room of the record that <see cref="TryPeek"/> gave back to the kernel.</summary>
    public void Release(ReadOnlySpan<byte> record) => Advance((uint)record.Length);

    /// <summary>
    /// Blocks until records are there or <paramref name="stop"/> is signalled. A reader that waits is woken
    /// only by a record that was submitted with a wake-up; a reader that comes to wait returns at once when
    /// any record is there.
    /// </summary>
    public void Wait(WakeSignal stop)
    {
        var fds = stackalloc NativeMethods.PollFd[2];
        fds[0] = new NativeMethods.PollFd { Fd = _fd, Events = WakeSignal.Readable };
        fds[1] = new NativeMethods.PollFd { Fd = stop.Descriptor, Events = WakeSignal.Readable };
        _ = NativeMethods.poll(fds, 2, -1);
    }

    public void Dispose()
    {
        _consumer.Dispose();
        _producer.Dispose();
    }

    private void Advance(uint length)
    {
        var step = (length + HeaderBytes + 7u) & ~7u;
        Volatile.Write(ref *_consumerPosition, *_consumerPosition + step);
    }
}

using System.Buffers.Binary;
using Tcptop.Collectors.Libbpf;
using Xunit;

namespace Tcptop.UnitTests.Fuzz;

/// <summary>
/// A ring as the kernel lays it out, in a file: records of any length, some discarded, some not yet finished,
/// round and round.
/// </summary>
public sealed class RingFuzzTests : IDisposable
{
    private const uint RingBytes = 4096;
    private const uint Busy = 1u << 31;
    private const uint Discarded = 1u << 30;

    private readonly string _path = Path.GetTempFileName();
    private readonly FileStream _file;
    private readonly RingBuffer _ring;
    private readonly byte[] _data = new byte[2 * RingBytes];
    private ulong _produced;

    public RingFuzzTests()
    {
        _file = new FileStream(
            _path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        _file.SetLength(2 * Environment.SystemPageSize + 2 * RingBytes);
        _ring = RingBuffer.Map((int)_file.SafeFileHandle.DangerousGetHandle(), RingBytes, "of a test");
    }

    public void Dispose()
    {
        _ring.Dispose();
        _file.Dispose();
        File.Delete(_path);
    }

    [Fact]
    public void What_is_written_to_a_ring_is_read_whole_and_in_order_and_what_is_not_finished_waits() => FuzzRun.Over(
        FuzzTarget.Rings,
        inputs => inputs.Of(2_000, 1_000, 300, [.. Enumerable.Range(0, 64).Select(i => (byte)(i * 37))]),
        input => Write(input) is var written ? (Written: written, Read: ReadAll()) : default,
        (_, records) =>
        {
            Assert.Equal(records.Written, records.Read);
            Assert.Equal(0ul, _ring.WaitingBytes);
        });

    /// <summary>
    /// A record for each piece of the input; the first byte of a piece says how long it is and what becomes
    /// of it.
    /// </summary>
    private List<byte[]> Write(byte[] input)
    {
        var kept = new List<byte[]>();
        var busyAt = -1L;
        for (var at = 0; at < input.Length && _ring.WaitingBytes < RingBytes / 2;)
        {
            var record = input[at..Math.Min(at + 1 + input[at] % 64, input.Length)];
            var isDiscarded = input[at] % 5 == 0;
            busyAt = input[at] % 7 == 0 && busyAt < 0 && !isDiscarded ? (long)_produced : busyAt;
            Put(record, isDiscarded ? Discarded : busyAt == (long)_produced ? Busy : 0);
            if (!isDiscarded)
                kept.Add(record);
            at += record.Length;
        }
        if (busyAt < 0)
            return kept;
        // Nothing from it on is to be seen until it is finished.
        var before = ReadAll();
        Assert.True(before.Count < kept.Count);
        Assert.Equal(kept[..before.Count], before);
        Span<byte> header = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(header, kept[before.Count].Length);
        PutBytes((ulong)busyAt, header);
        return kept[before.Count..];
    }

    private void Put(byte[] record, uint flags)
    {
        var bytes = new byte[8 + (record.Length + 7) / 8 * 8];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)record.Length | flags);
        record.CopyTo(bytes, 8);
        PutBytes(_produced, bytes);
        _produced += (uint)bytes.Length;
        Span<byte> position = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(position, _produced);
        RandomAccess.Write(_file.SafeFileHandle, position, Environment.SystemPageSize);
    }

    /// <summary>In both of the places where the kernel has the same page.</summary>
    private void PutBytes(ulong position, ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            var place = (position + (ulong)i) % RingBytes;
            _data[place] = _data[place + RingBytes] = bytes[i];
        }
        RandomAccess.Write(_file.SafeFileHandle, _data, 2 * Environment.SystemPageSize);
    }

    private List<byte[]> ReadAll()
    {
        var records = new List<byte[]>();
        while (_ring.TryPeek(out var record))
        {
            records.Add(record.ToArray());
            _ring.Release(record);
        }
        return records;
    }
}

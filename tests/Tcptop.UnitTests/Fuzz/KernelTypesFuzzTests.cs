using System.Buffers.Binary;
using System.Text;
using Tcptop.Collectors.Libbpf;
using Xunit;

namespace Tcptop.UnitTests.Fuzz;

/// <summary>The kernel's type information, cut off and bent. It is read from a file, so inputs are fewer.</summary>
public sealed class KernelTypesFuzzTests : IDisposable
{
    private static readonly string[] Names = ["udp_sendmsg", "tcp_sock", "absent", "tcp_sock.int"];

    private readonly FileStream _file = new(
        Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite,
        FileShare.ReadWrite | FileShare.Delete, 0, FileOptions.DeleteOnClose);

    public void Dispose() => _file.Dispose();

    [Fact]
    public void Type_information_that_is_not_whole_has_fewer_names_and_does_no_harm()
    {
        var whole = TypeInformation();
        FuzzRun.Over(
            FuzzTarget.KernelTypes,
            inputs => inputs.Of(3_000, 500, 400, whole),
            input =>
            {
                // The same file for all: made anew each time, it would go to the disk each time.
                _file.SetLength(input.Length);
                RandomAccess.Write(_file.SafeFileHandle, input, 0);
                return KernelTypes.TryRead(_file.Name, Names);
            },
            (input, read) =>
            {
                using var types = read;
                AssertExcerptIsWhole(types);
                if (input.AsSpan().SequenceEqual(whole))
                    Assert.Equal(
                        (true, true, false, true, 3u),
                        (types!.Has("udp_sendmsg"), types.Has("tcp_sock"), types.Has("absent"),
                            types.Has("tcp_sock.int"), types.FunctionId("udp_sendmsg")));
                else if (types is not null && types.FunctionId(Names[0]) is { } id)
                    Assert.True(types.Has(Names[0]) && id >= 1 && id <= input.Length / 12);
                Assert.True(
                    types is not null || input.Length < 24 || BinaryPrimitives.ReadUInt16LittleEndian(input) != 0xEB9F);
            });
    }

    /// <summary>Whatever the types say, an excerpt refers to nothing that is not in it.</summary>
    private static void AssertExcerptIsWhole(KernelTypes? types)
    {
        if (types?.Excerpt(Names) is not { Length: > 0 } excerpt)
            return;
        Assert.True(BtfImage.TryRead(excerpt, out var image));
        var at = 0;
        while (image.TryType(at, out var type))
        {
            Assert.True(type.NameAt < image.Names.Length);
            at += type.Bytes;
        }
        Assert.Equal(image.Types.Length, at);
    }

    /// <summary>int; struct tcp_sock with two members, both named int; function udp_sendmsg.</summary>
    private static byte[] TypeInformation()
    {
        var strings = Encoding.ASCII.GetBytes("\0int\0tcp_sock\0udp_sendmsg\0");
        uint[] types =
        [
            1, 1u << 24, 4, 32,
            5, 4u << 24 | 2, 8, 1, 1, 0, 1, 1, 32,
            14, 12u << 24, 1,
        ];
        var bytes = new byte[24 + types.Length * 4 + strings.Length];
        uint[] header = [0x0001_EB9F, 24, 0, (uint)types.Length * 4, (uint)types.Length * 4, (uint)strings.Length];
        uint[] words = [.. header, .. types];
        for (var i = 0; i < words.Length; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(i * 4), words[i]);
        strings.CopyTo(bytes, words.Length * 4);
        return bytes;
    }
}

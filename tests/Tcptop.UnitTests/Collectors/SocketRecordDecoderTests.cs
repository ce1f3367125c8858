using Tcptop.Collectors.Ebpf;
using Tcptop.Model;
using Xunit;

namespace Tcptop.UnitTests.Collectors;

public sealed class SocketRecordDecoderTests
{
    private const ushort AfInet = 2;
    private const ushort AfInet6 = 10;

    [Fact]
    public void What_was_handed_to_IP_and_neither_left_nor_was_sent_again_failed_here()
    {
        var sample = Decode(
            new SocketRecordAbi { BytesOut = 1_000, Tcp = new() { BytesSent = 1_500, BytesRetrans = 300 } });
        Assert.Equal((1_000UL, 200UL), (sample.BytesOut, sample.SendFailedBytes));
    }

    [Theory]
    [InlineData(0UL, 100UL, 200UL)]
    [InlineData(101UL, 100UL, 0UL)]
    public void Counters_read_one_ahead_of_another_give_nothing_failed_rather_than_a_wrap(ulong left, ulong handedOver,
        ulong again) =>
        Assert.Equal(0UL,
            Decode(new SocketRecordAbi
            {
                BytesOut = left,
                Tcp = new() { BytesSent = handedOver, BytesRetrans = again }
            }).SendFailedBytes);

    [Theory]
    [InlineData(101UL, SocketRecordAbi.FinReceived, 100UL)]
    [InlineData(101UL, 0u, 101UL)]
    [InlineData(1UL, SocketRecordAbi.FinReceived, 0UL)]
    [InlineData(0UL, SocketRecordAbi.FinReceived, 0UL)]
    public void The_peers_FIN_is_no_payload(ulong received, uint flags, ulong payload) =>
        Assert.Equal(
            payload, Decode(new SocketRecordAbi { Tcp = new() { BytesReceived = received }, Flags = flags }).BytesIn);

    [Fact]
    public void An_RTT_of_zero_means_that_none_was_measured()
    {
        Assert.Null(Decode(new SocketRecordAbi()).RttUs);
        Assert.Equal(85u, Decode(new SocketRecordAbi { Tcp = new() { SrttUs = 85 } }).RttUs);
    }

    [Fact]
    public void An_IPv4_address_is_in_the_first_four_bytes()
    {
        var record = new SocketRecordAbi { AfFamily = AfInet, Sport = 80, Dport = 40_000 };
        ((ReadOnlySpan<byte>)[192, 0, 2, 1]).CopyTo(record.Saddr);
        var sample = Decode(record);
        Assert.Equal(new Endpoint(HostAddress.Parse("192.0.2.1"), 80), sample.Local);
        Assert.Equal(new Endpoint(HostAddress.Parse("0.0.0.0"), 40_000), sample.Remote);
    }

    [Fact]
    public void A_mapped_address_of_an_IPv6_socket_is_the_IPv4_address()
    {
        var record = new SocketRecordAbi { AfFamily = AfInet6, Sport = 1 };
        ((ReadOnlySpan<byte>)[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 10, 0, 0, 7]).CopyTo(record.Saddr);
        Assert.Equal("10.0.0.7", Decode(record).Local.Address.ToString());
    }

    [Fact]
    public void A_record_without_an_owner_has_an_unknown_one()
    {
        var sample = Decode(new SocketRecordAbi());
        Assert.False(sample.Owner.IsKnown);
        Assert.True(sample.ProcessName.IsEmpty);
    }

    [Fact]
    public void An_owner_has_the_hosts_id_and_the_one_that_it_has_here()
    {
        var owner = Decode(new SocketRecordAbi { OwnerPid = 812, OwnerStartedNs = 7, OwnerPidHere = 5 }).Owner;
        Assert.Equal(new ProcessIdentity(812, 7, 5), owner);
    }

    [Fact]
    public void What_stands_behind_the_end_of_a_name_is_no_part_of_it()
    {
        var record = new SocketRecordAbi();
        "nginx\0garbage"u8.CopyTo(record.OwnerComm);
        Assert.Equal(KernelName.FromText("nginx"), Decode(record).ProcessName);
    }

    [Fact]
    public void Identity_is_cookie_and_birth()
    {
        var sample = Decode(new SocketRecordAbi { Cookie = 7, BornNs = 9 });
        Assert.Equal(new ConnectionKey(7, 9), sample.Key);
    }

    [Fact]
    public void TIME_WAIT_is_not_the_connection_that_it_is_left_of_and_whose_cookie_it_has()
    {
        var older = new SocketRecordAbi { AfFamily = AfInet, Cookie = 7, Dport = 80, State = (byte)TcpState.FinWait2 };
        var left = older with { State = (byte)TcpState.TimeWait, Flags = SocketRecordAbi.NoCounters };
        Assert.NotEqual(Decode(older).Key, Decode(left).Key);
    }

    /// <summary>A table that has not its reading knows it by cookie and birth.</summary>
    [Fact]
    public void A_listener_is_known_by_cookie_and_birth_alone()
    {
        var listener = new SocketRecordAbi
        {
            AfFamily = AfInet,
            Cookie = 7,
            BornNs = 9,
            State = (byte)TcpState.Listen,
            Flags = SocketRecordAbi.NoCounters,
        };
        Assert.Equal(new ConnectionKey(7, 9), SocketRecordDecoder.KeyOf(listener));
    }

    private static ConnectionRecord Decode(in SocketRecordAbi record)
    {
        SocketRecordDecoder.Decode(record, closed: false, out var sample);
        return sample;
    }
}

using System.Net;
using Tcptop.Collectors.Ebpf;
using Tcptop.Model;
using Xunit;

namespace Tcptop.UnitTests.Collectors;

public sealed class UdpDecoderTests
{
    private const ushort AfInet = 2;
    private const ushort AfInet6 = 10;

    [Fact]
    public void A_flow_is_a_sample_with_the_ends_as_its_last_datagram_had_them()
    {
        var key =
            new UdpFlowKeyAbi { Cookie = 7, Daddr = Bytes("192.0.2.9"), Dport = 53, AfFamily = AfInet, Ifindex = 3 };
        var flow = new UdpFlowAbi
        {
            BornNs = 40,
            Device = Device("eth0"),
            Sport = 5_353,
            Saddr = Bytes("192.0.2.1"),
            Counters = new UdpCountersAbi { BytesOut = 60, PacketsOut = 2, BytesIn = 500, PacketsIn = 5 }
        };
        UdpDecoder.DecodeFlow(
            flow with { Key = key }, Socket(AfInet6), Pass(3), sampledNs: 90, closed: false, out var sample);
        Assert.Equal(
            new ConnectionKey(7, 40, new Endpoint(HostAddress.Parse("192.0.2.9"), 53), LinkIndex: 3), sample.Key);
        Assert.Equal(("192.0.2.1:5353", "192.0.2.9:53"), (sample.Local.ToString(), sample.Remote.ToString()));
        Assert.Equal((60UL, 2UL, 500UL, 5UL, 0UL),
            (sample.BytesOut, sample.PacketsOut, sample.BytesIn, sample.PacketsIn, sample.Drops));
        Assert.Equal((Protocol.Udp, null, null, "eth0", 90UL),
            (sample.Protocol, sample.State, sample.RttUs, sample.Device.ToString(), sample.LastSeenNs));
        Assert.Equal((new ProcessIdentity(11, 22), "named", 1_000u, 33u),
            (sample.Owner, sample.ProcessName.ToString(), sample.Uid, sample.NetworkNamespace));
        Assert.False(sample.PacketCountersWrapAt32Bits);
    }

    [Fact]
    public void What_the_socket_had_no_room_for_was_not_received()
    {
        var counters = new UdpCountersAbi { BytesIn = 500, PacketsIn = 5, BytesDropped = 200, PacketsDropped = 2 };
        UdpDecoder.DecodeFlow(new UdpFlowAbi { Counters = counters }, null, Pass(0), 0, closed: true, out var sample);
        Assert.Equal((300UL, 3UL, 2UL), (sample.BytesIn, sample.PacketsIn, sample.Drops));
        Assert.True(sample.IsClosed);
    }

    [Theory]
    [InlineData(3, 2)]
    [InlineData(4, 0)]
    public void Holders_are_those_of_the_last_look_at_open_files(uint ownerPass, uint holders)
    {
        UdpDecoder.DecodeFlow(default, Socket(AfInet), Pass(ownerPass), 0, closed: false, out var sample);
        Assert.Equal(holders, sample.Holders);
    }

    [Fact]
    public void A_flow_whose_socket_had_no_room_has_no_owner_and_no_user()
    {
        UdpDecoder.DecodeFlow(default, null, Pass(0), 0, closed: false, out var sample);
        Assert.Equal((false, true, null), (sample.Owner.IsKnown, sample.ProcessName.IsEmpty, sample.Uid));
    }

    [Theory]
    [InlineData(AfInet, "0.0.0.0:0")]
    [InlineData(AfInet6, "[::]:0")]
    public void What_had_no_room_for_flows_is_a_row_of_the_socket_without_a_peer(ushort family, string remote)
    {
        var socket = Socket(family) with
        {
            Rest = new UdpCountersAbi { BytesOut = 9, PacketsOut = 1 },
            RestBornNs = 70,
            Sport = 123
        };
        UdpDecoder.DecodeRest(7, socket, Pass(3), sampledNs: 90, closed: false, out var sample);
        Assert.Equal((new ConnectionKey(7, 70), remote, (ushort)123, 9UL),
            (sample.Key, sample.Remote.ToString(), sample.Local.Port, sample.BytesOut));
    }

    [Fact]
    public void An_owner_is_told_by_its_id_here_where_that_is_another_than_the_hosts()
    {
        var socket = Socket(AfInet);
        UdpDecoder.DecodeFlow(default, socket, new OwnerReading(3, HasOwnIds: true), 0, closed: false, out var outside);
        Assert.Equal(
            (true, false, "named"), (outside.Owner.IsKnown, outside.Owner.IsVisible, outside.ProcessName.ToString()));
        socket.Note.OwnerPidHere = 5;
        UdpDecoder.DecodeFlow(default, socket, new OwnerReading(3, HasOwnIds: true), 0, closed: false, out var inside);
        Assert.Equal((11u, 5u), (inside.Owner.HostPid, inside.Owner.Pid));
    }

    private static OwnerReading Pass(uint pass) => new(pass, HasOwnIds: false);

    private static UdpSocketAbi Socket(ushort family) => new()
    {
        AfFamily = family,
        Uid = 1_000,
        NetnsInum = 33,
        Note =
            new SocketNoteAbi { OwnerPid = 11, OwnerStartedNs = 22, Pass = 3, Holders = 2, OwnerComm = Text("named") },
    };

    private static AddressBytes Bytes(string address)
    {
        var bytes = default(AddressBytes);
        IPAddress.Parse(address).GetAddressBytes().CopyTo(bytes);
        return bytes;
    }

    private static DeviceBytes Device(string name)
    {
        var device = default(DeviceBytes);
        System.Text.Encoding.ASCII.GetBytes(name).CopyTo(device);
        return device;
    }

    private static Comm Text(string text)
    {
        var comm = default(Comm);
        System.Text.Encoding.ASCII.GetBytes(text).CopyTo(comm);
        return comm;
    }
}

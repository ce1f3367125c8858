using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Tcptop.Collectors.Ebpf;
using Tcptop.Model;
using Tcptop.Model.Collecting;
using Tcptop.Model.Fields;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests;

/// <summary>What the collector says that it fills in is what it fills in.</summary>
public sealed class FilledFieldsTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_field_that_the_collector_names_is_known_of_some_row_and_no_other_of_any(bool allSockets)
    {
        using var seen = new KnownFields(allSockets);
        using var listener = Listen();
        using var pair = new LoopbackPair();
        using var one = new DatagramSocket(IPAddress.Loopback);
        using var other = new DatagramSocket(IPAddress.Loopback);
        Eventually.True(
            () =>
            {
                Exchange(pair);
                Exchange(one, other);
                seen.Collect();
                return seen.Missing.IsEmpty;
            },
            "each field that is named is known of a row",
            () => string.Join(' ', seen.Missing.Select(field => field.Name)));
        Assert.Equal("", string.Join(' ', seen.Unnamed.Select(field => field.Name)));
    }

    [Fact]
    public void The_queue_of_listeners_is_named_only_where_they_are_read()
    {
        ImmutableArray<Field> ofListeners = [FieldList.AcceptQueue, FieldList.AcceptLimit, FieldList.Queue];
        var few = NamesWith(allSockets: false);
        var many = NamesWith(allSockets: true);
        Assert.Equal(
            ofListeners.Select(field => field.Name).Order(StringComparer.Ordinal),
            many.Except(few).Order(StringComparer.Ordinal));
        Assert.Empty(few.Except(many));
    }

    [Fact]
    public void What_others_fill_in_is_not_named()
    {
        using var seen = new KnownFields(allSockets: true);
        foreach (var field in seen.Named)
        {
            Assert.Equal(HostFact.None, field.Asks);
            Assert.NotEqual(FieldUnit.BytesPerSecond, field.Unit);
        }
        Assert.DoesNotContain<Field>(FieldList.Timestamp, seen.Named);
    }

    private static List<string> NamesWith(bool allSockets)
    {
        using var seen = new KnownFields(allSockets);
        return [.. seen.Named.Select(field => field.Name)];
    }

    private static Socket Listen()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, OwnPorts.Next()));
        listener.Listen(3);
        return listener;
    }

    private static void Exchange(LoopbackPair pair)
    {
        LoopbackPair.Transfer(pair.Client, pair.Server, 1_000);
        LoopbackPair.Transfer(pair.Server, pair.Client, 1_000);
    }

    private static void Exchange(DatagramSocket one, DatagramSocket other)
    {
        one.SendTo(IPAddress.Loopback, other.Port, 10);
        other.Receive(1);
        other.SendTo(IPAddress.Loopback, one.Port, 10);
        one.Receive(1);
    }

    /// <summary>The collector itself, in this process, and which fields its readings knew.</summary>
    private sealed class KnownFields : EachReading, IDisposable
    {
        private readonly EbpfCollector _collector;
        private readonly HashSet<Field> _known = [];

        public KnownFields(bool allSockets)
        {
            _collector = new EbpfCollector(new EbpfOptions { AllSockets = allSockets });
            _collector.BootstrapExisting();
            Named = _collector.Description.Fields;
        }

        public ImmutableArray<Field> Named { get; }

        /// <summary>Slow start ends where a segment is lost, if the congestion control ends it at all.</summary>
        public ImmutableArray<Field> Missing =>
            [.. Named.Where(named => !_known.Contains(named) && named != TcpFields.Ssthresh)];

        /// <summary>Known all the same.</summary>
        public ImmutableArray<Field> Unnamed => [.. _known.Where(known => !Named.Contains(known))];

        public override void Receive(in ConnectionRecord reading)
        {
            foreach (var field in FieldList.All)
            {
                if (IsKnown(field, reading))
                    _known.Add(field);
            }
        }

        public void Collect() => _collector.Collect(this);

        public void Dispose() => _collector.StopAsync().GetAwaiter().GetResult();

        private static bool IsKnown(Field field, in ConnectionRecord row) => field switch
        {
            NumberField number => number.Read(row) is not null,
            FractionField fraction => fraction.Read(row) is not null,
            TextField text => !string.IsNullOrEmpty(text.Read(row, default)),
            NameField name => !name.Read(row).IsEmpty,
            AddressField address => !address.Read(row).IsUnspecified,
            EndpointField end => end.Read(row).Port != 0,
            ShareField share => share.Read(row) is not null,
            FlagField => true,
            // The moment of the refresh is given to it, not read.
            TimeField time => time != FieldList.Timestamp && time.Read(row, default, default) is not null,
            _ => throw new InvalidOperationException($"{field} is of a new form"),
        };
    }
}

using Xunit;

namespace Tcptop.NetnsTests;

/// <summary>What both ends of a connection must show of what each has sent.</summary>
internal static class SentPayload
{
    public static void AssertSent(
        Latecomer tcptop, TcpPair pair, long byClient, long byServer, long? comeToServer = null)
    {
        var client = tcptop.Started.Fresh(pair.ClientCookie);
        var server = tcptop.Started.Fresh(pair.ServerCookie);
        Assert.Equal((byClient, byServer), (client.BytesOut, client.BytesIn));
        Assert.Equal((byServer, comeToServer ?? byClient), (server.BytesOut, server.BytesIn));
    }

    /// <summary>Also that no row before the last had more.</summary>
    public static void AssertEnded(Latecomer tcptop, TcpPair pair, long byClient, long byServer)
    {
        var client = tcptop.Started.WaitForEnd(pair.ClientCookie);
        var server = tcptop.Started.WaitForEnd(pair.ServerCookie);
        Assert.Equal((byClient, byServer), (client.BytesOut, client.BytesIn));
        Assert.Equal((byServer, byClient), (server.BytesOut, server.BytesIn));
        Assert.All(
            tcptop.Started.Of(pair.ClientCookie),
            row => Assert.InRange(row.BytesOut!.Value, 0, byClient));
        Assert.All(
            tcptop.Started.Of(pair.ServerCookie),
            row => Assert.InRange(row.BytesOut!.Value, 0, byServer));
    }
}

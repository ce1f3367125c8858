using Tcptop.Model;

namespace Tcptop.Table;

/// <summary>
/// Live rows by kind. What has no counters of its own is no connection, and is counted under its state.
/// </summary>
internal struct RowCounts
{
    public int Tcp { get; private set; }

    public int Udp { get; private set; }

    public int Listen { get; private set; }

    public int TimeWait { get; private set; }

    public int SynRecv { get; private set; }

    public void Add(in ConnectionRecord row)
    {
        if (!row.HasCounters)
            AddState(row.State);
        else if (row.Protocol == Protocol.Udp)
            Udp++;
        else
            Tcp++;
    }

    private void AddState(TcpState? state)
    {
        switch (state)
        {
            case TcpState.Listen:
                Listen++;
                break;
            case TcpState.TimeWait:
                TimeWait++;
                break;
            case TcpState.SynRecv or TcpState.NewSynRecv:
                SynRecv++;
                break;
        }
    }
}

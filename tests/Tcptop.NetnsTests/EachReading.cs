using Tcptop.Model;
using Tcptop.Model.Collecting;

namespace Tcptop.NetnsTests;

/// <summary>Takes a collector's readings one like the other: new, changed or final.</summary>
internal abstract class EachReading : IRecordReceiver
{
    public void Begin(ulong readNs)
    {
        // Nothing is to be made ready.
    }

    public abstract void Receive(in ConnectionRecord reading);

    public int Add(in ConnectionRecord reading, int place)
    {
        Receive(reading);
        return 0;
    }

    /// <summary>All have one number: none is another's.</summary>
    public bool TryUpdate(int row, in ConnectionRecord reading)
    {
        Receive(reading);
        return true;
    }

    public void Lose(int row)
    {
        // What was read of it was read.
    }
}

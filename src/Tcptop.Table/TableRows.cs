using Tcptop.Model;
using Tcptop.Model.Collecting;

namespace Tcptop.Table;

/// <summary>
/// The rows of a table, and what is known of each. Of numbered rows the collector keeps the last reading, so that it is
/// not there twice; the table holds those of the others.
/// </summary>
internal sealed class TableRows(IRecordSource? source = null)
{
    private readonly SlotStore<ConnectionRow> _rows = new();
    private readonly SlotStore<ConnectionRecord> _held = new();

    private TableRows(TableRows original)
        : this()
    {
        _rows = original._rows.Copy();
        _held = original._held.Copy();
        (Refresh, RefreshNs, Count) = (original.Refresh, original.RefreshNs, original.Count);
    }

    /// <summary>Number of the latest refresh.</summary>
    public uint Refresh { get; set; }

    /// <summary>When that was.</summary>
    public ulong RefreshNs { get; set; }

    public int Count { get; private set; }

    /// <summary>One more than the highest slot that may be used.</summary>
    public int End => _rows.End;

    /// <summary>Of a slot in use.</summary>
    public ref ConnectionRow this[int slot] => ref _rows[slot];

    public bool IsUsed(int slot) => _rows.IsUsed(slot);

    /// <summary>The slot in use from this one on that comes first; -1: none does.</summary>
    public int NextUsed(int slot) => _rows.NextUsed(slot);

    public ConnectionKey KeyOf(int slot)
    {
        ref var row = ref _rows[slot];
        if (row.Held >= 0)
            return _held[row.Held].Key;
        return new ConnectionKey(row.Identity.Cookie, row.Identity.BornNs);
    }

    /// <summary>All that is known of a row.</summary>
    public void Read(int slot, out ConnectionRecord record)
    {
        ref var row = ref _rows[slot];
        if (row.Held >= 0)
            record = _held[row.Held];
        else
            ReadFromSource(slot, out record);
        row.Complete(ref record, Refresh, RefreshNs);
    }

    /// <summary>A new row, whose reading is to be held or left with the collector.</summary>
    public int Allocate(in ConnectionRecord reading)
    {
        var slot = _rows.Allocate();
        Count++;
        _rows[slot].Begin(reading, Refresh);
        return slot;
    }

    /// <summary>
    /// The table holds that reading of a row, and what an earlier one that it held said and this one cannot.
    /// </summary>
    public void Hold(int slot, in ConnectionRecord reading)
    {
        ref var row = ref _rows[slot];
        if (row.Held < 0)
        {
            row.Held = _held.Allocate();
            _held[row.Held] = reading;
            return;
        }
        ref var held = ref _held[row.Held];
        var before = held;
        held = reading;
        KeepWhatWasKnown(before, ref held);
    }

    /// <summary>The collector has that reading of a row, and those to come; else the table holds it.</summary>
    public void LeaveWithSource(int slot, int place, in ConnectionRecord reading)
    {
        ref var row = ref _rows[slot];
        row.Place = place;
        if (source is null)
            Hold(slot, reading);
        else if (row.Held >= 0)
        {
            _held.Free(row.Held);
            row.Held = -1;
        }
    }

    /// <summary>
    /// The collector will not have it any more. Returns false where it has another's by now: then what the row says of
    /// itself is all that is known.
    /// </summary>
    public bool TakeFromSource(int slot)
    {
        if (_rows[slot].Held >= 0)
            return true;
        var isItsOwn = ReadFromSource(slot, out var record);
        Hold(slot, record);
        return isItsOwn;
    }

    public void Free(int slot)
    {
        ref var row = ref _rows[slot];
        if (row.Held >= 0)
            _held.Free(row.Held);
        _rows.Free(slot);
        Count--;
    }

    public void GiveBack()
    {
        _rows.GiveBack();
        _held.GiveBack();
    }

    /// <summary>As they are now, to be read while these go on to change.</summary>
    public TableRows Copy()
    {
        var copy = new TableRows(this);
        for (var slot = copy.NextUsed(0); slot >= 0; slot = copy.NextUsed(slot + 1))
        {
            if (copy[slot].Held >= 0)
                continue;
            Read(slot, out var record);
            copy.Hold(slot, record);
        }
        return copy;
    }

    /// <summary>Returns false where the place is another's by now: then the row's key is all that there is.</summary>
    private bool ReadFromSource(int slot, out ConnectionRecord record)
    {
        var key = KeyOf(slot);
        source!.Read(_rows[slot].Place, out record);
        var isItsOwn = record.Key == key;
        if (!isItsOwn)
            record = new ConnectionRecord { Protocol = Protocol.Tcp };
        record.Key = key;
        return isItsOwn;
    }

    /// <summary>What a later reading may not be able to say any more: owner, device, cgroup.</summary>
    private static void KeepWhatWasKnown(in ConnectionRecord before, ref ConnectionRecord now)
    {
        // A name without a process is the kernel's own.
        if (!now.Owner.IsKnown && now.ProcessName.IsEmpty)
            (now.Owner, now.ProcessName) = (before.Owner, before.ProcessName);
        if (now.Device.IsEmpty)
            now.Device = before.Device;
        if (now.CgroupId == 0)
            now.CgroupId = before.CgroupId;
    }
}

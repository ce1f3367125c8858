using System.Numerics;
using Tcptop.Collectors.Libbpf;

namespace Tcptop.Collectors.Ebpf;

/// <summary>
/// The array of UDP flows, which the kernel side counts in, and what becomes of its slots: live, then retired
/// for one refresh, then free. One thread.
/// </summary>
internal sealed class FlowSlots(EbpfPrograms programs) : IDisposable
{
    /// <summary>Two pages of them.</summary>
    private const uint FirstMapped = 64;

    private readonly List<RetiredFlow> _retired = [];
    private MappedElements<UdpFlowAbi> _flows =
        programs.UdpFlows.MapElements<UdpFlowAbi>(Math.Min(FirstMapped, programs.UdpFlows.MaxEntries));

    /// <summary>Slots beyond had never held a flow when <see cref="MapUsed"/> was called.</summary>
    public int Used { get; private set; }

    public int Retired => _retired.Count;

    /// <summary>
    /// Maps those that are in use: on most hosts a few of 65,536, and what is mapped counts as memory of ours.
    /// </summary>
    public void MapUsed()
    {
        var most = programs.UdpFlows.MaxEntries;
        var used = Math.Min(Volatile.Read(ref programs.Shared.UdpSlotsUsed), most);
        if (used > _flows.All.Length)
        {
            var room = Math.Min(BitOperations.RoundUpToPowerOf2(used), most);
            var wider = programs.UdpFlows.MapElements<UdpFlowAbi>(room);
            _flows.Dispose();
            _flows = wider;
        }
        Used = (int)used;
    }

    /// <summary>When the flow in a slot had its last datagram; null when there is none.</summary>
    public uint? LastRefreshOf(int slot)
    {
        ref var flow = ref _flows.All[slot];
        return Volatile.Read(ref flow.Key.Cookie) != 0 ? flow.LastRefresh : null;
    }

    /// <summary>Copies the flow in a slot; false when there is none.</summary>
    public bool TryRead(int slot, out UdpFlowAbi flow)
    {
        ref var there = ref _flows.All[slot];
        // The kernel side writes the cookie last.
        if (Volatile.Read(ref there.Key.Cookie) == 0)
        {
            flow = default;
            return false;
        }
        flow = there;
        return true;
    }

    /// <summary>
    /// Ends a flow: the next datagram begins another. A program on another CPU may just now be adding to this
    /// one, so its last counts are read, and its slot is free, one refresh later.
    /// </summary>
    /// <param name="isDelivered">No datagram can come any more, and the last counts have been read.</param>
    public void Retire(int slot, in UdpFlowKeyAbi key, bool isDelivered)
    {
        programs.UdpSlots.Remove(key);
        Volatile.Write(ref _flows.All[slot].Key.Cookie, 0);
        _retired.Add(new RetiredFlow(slot, key.Cookie, isDelivered));
    }

    /// <summary>
    /// The last counts of a flow that was retired before this refresh, with its key; false when they have
    /// been delivered.
    /// </summary>
    public bool TryReadRetired(int index, out UdpFlowAbi flow)
    {
        var retired = _retired[index];
        flow = _flows.All[retired.Slot];
        flow.Key.Cookie = retired.Cookie;
        return !retired.IsDelivered;
    }

    /// <summary>
    /// The slots of those that were retired before this refresh are free, when their last counts have been
    /// read.
    /// </summary>
    public void FreeRetired()
    {
        var kept = 0;
        for (var i = 0; i < _retired.Count; i++)
        {
            // Should another CPU have the stack locked, the slot is tried again at the next refresh.
            if (!programs.UdpFreeSlots.TryPush((uint)_retired[i].Slot))
                _retired[kept++] = _retired[i] with { IsDelivered = true };
        }
        _retired.RemoveRange(kept, _retired.Count - kept);
    }

    public void Dispose() => _flows.Dispose();

    private readonly record struct RetiredFlow(int Slot, ulong Cookie, bool IsDelivered);
}

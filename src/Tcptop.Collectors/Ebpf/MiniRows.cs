using Tcptop.Collectors.Libbpf;
using Tcptop.Linux;

namespace Tcptop.Collectors.Ebpf;

/// <summary>
/// What has no slot, TIME_WAIT and SYN_RECV: read by namespace, into an array whose size follows their
/// number upwards at once, and downwards late. A walk that did not fit is walked again with more room,
/// so nothing is ever cut off.
/// </summary>
internal sealed class MiniRows : IDisposable
{
    private const string ArrayName = "tcptop_rows";
    private const int MinimumRows = 1024;
    private const int MaximumRows = 1 << 24;

    // To put an array in its place takes the kernel some 10 ms: not for a crowd that comes and goes.
    private const int FarTooMuch = 8;
    private static readonly TimeSpan LongWithFarTooMuch = TimeSpan.FromSeconds(30);

    private readonly EbpfPrograms _programs;
    private readonly BpfLink _walk;
    private readonly NetworkNamespaces _namespaces;
    private MappedArray<SocketRecordAbi> _array;
    private TimeSpan? _farTooMuchSince;

    /// <param name="programs">The programs.</param>
    /// <param name="namespaces">Walked one by one.</param>
    public MiniRows(EbpfPrograms programs, NetworkNamespaces namespaces)
    {
        (_programs, _namespaces) = (programs, namespaces);
        _array = Install(MinimumRows);
        try
        {
            _walk = programs.MiniRows.AttachIterator();
        }
        catch (KernelException)
        {
            _array.Dispose();
            throw;
        }
    }

    /// <summary>All that there are; valid until the next call.</summary>
    public ReadOnlySpan<SocketRecordAbi> Take()
    {
        GiveBack();
        while (true)
        {
            ref var shared = ref _programs.Shared;
            shared.SnapshotRows = 0;
            shared.SnapshotOverflow = 0;
            _namespaces.VisitAll(_walk.Walk);
            var rows = (int)shared.SnapshotRows;
            var missed = (int)shared.SnapshotOverflow;
            if (missed == 0)
                return _array.Elements(rows);
            Resize(rows + missed);
        }
    }

    public void Dispose()
    {
        _walk.Dispose();
        _array.Dispose();
    }

    private void GiveBack()
    {
        var rows = (int)_programs.Shared.SnapshotRows;
        var isFarTooMuch = RoomFor(rows) < _programs.Shared.SnapshotCapacity / FarTooMuch;
        var now = MonotonicClock.Now;
        _farTooMuchSince = isFarTooMuch ? _farTooMuchSince ?? now : null;
        if (now - _farTooMuchSince < LongWithFarTooMuch || !isFarTooMuch)
            return;
        _farTooMuchSince = null;
        try
        {
            Resize(rows);
        }
        catch (KernelException e) when (e.IsShortage)
        {
            // While the smaller one is made, there are two. The one that is there is good.
        }
    }

    private static int RoomFor(int sockets) => Math.Clamp(sockets + sockets / 4, MinimumRows, MaximumRows);

    private void Resize(int sockets)
    {
        var old = _array;
        _array = Install(RoomFor(sockets));
        old.Dispose();
    }

    private MappedArray<SocketRecordAbi> Install(int rows)
    {
        var array = new MappedArray<SocketRecordAbi>(ArrayName, rows);
        try
        {
            _programs.Snapshot.SetInner(0, array);
        }
        catch (KernelException)
        {
            array.Dispose();
            throw;
        }
        _programs.Shared.SnapshotCapacity = (uint)rows;
        return array;
    }
}

using Tcptop.Collectors.Libbpf;
using Tcptop.Linux;

namespace Tcptop.Collectors.Ebpf;

/// <summary>
/// The array that a snapshot is written to, and its size: it follows the number of sockets upwards
/// at once, and downwards late. A walk that did not fit is walked again with more room, so nothing
/// is ever cut off.
/// </summary>
internal sealed class SnapshotRows : IDisposable
{
    private const string ArrayName = "tcptop_rows";
    private const int MinimumRows = 1024;
    private const int MaximumRows = 1 << 24;

    // To put an array in its place takes the kernel some 10 ms: not for a crowd that comes and goes.
    private const int FarTooMuch = 8;
    private static readonly TimeSpan LongWithFarTooMuch = TimeSpan.FromSeconds(30);

    private readonly EbpfPrograms _programs;
    private readonly BpfLink? _noted;
    private readonly BpfLink? _listed;
    private readonly NetworkNamespaces _namespaces;
    private MappedArray<SocketRecordAbi> _array;
    private TimeSpan? _farTooMuchSince;

    /// <param name="namespaces">Where the plan has them walked one by one.</param>
    public SnapshotRows(EbpfPrograms programs, EbpfPlan plan, NetworkNamespaces namespaces, int socketsNow)
    {
        _programs = programs;
        _array = Install(RoomFor(socketsNow));
        _namespaces = namespaces;
        if (plan.Rows == RowSource.SocketStorage)
            _noted = programs.Rows.AttachIterator(programs.Notes);
        if (plan.WalksNamespaces)
            _listed = programs.NamespaceRows.AttachIterator();
    }

    /// <summary>Copies the counters of every live connection; the rows are valid until the next call.</summary>
    public ReadOnlySpan<SocketRecordAbi> Take()
    {
        GiveBack();
        while (true)
        {
            ref var shared = ref _programs.Shared;
            shared.SnapshotRows = 0;
            shared.SnapshotOverflow = 0;
            _noted?.Walk();
            if (_listed is not null)
                _namespaces.VisitAll(_listed.Walk);
            var rows = (int)shared.SnapshotRows;
            var missed = (int)shared.SnapshotOverflow;
            if (missed == 0)
                return _array.Elements(rows);
            Resize(rows + missed);
        }
    }

    public void Dispose()
    {
        _noted?.Dispose();
        _listed?.Dispose();
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

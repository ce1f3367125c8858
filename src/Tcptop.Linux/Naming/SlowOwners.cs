using System.Runtime.InteropServices;

namespace Tcptop.Linux.Naming;

/// <summary>
/// Users whose processes hold up, or slow down, whoever reads their command lines. While one does,
/// no other of that user's is read; and for the time that a user's have taken, twenty times as
/// long, beyond a short start that is free. So nobody can keep the readers from the rest.
/// </summary>
/// <param name="files">Tell whose a process is.</param>
/// <param name="time">Tells how long a reading takes.</param>
/// <param name="skipped">Called when a process's command line is not read, once for each.</param>
internal sealed class SlowOwners(ProcessFiles files, TimeProvider time, Action skipped)
{
    /// <summary>Under way for longer, a reading is held up.</summary>
    private const long StalledMs = 100;

    /// <summary>Readings that take less are the kernel's own time.</summary>
    private const long SlowMs = 20;

    private const long Price = 20;

    /// <summary>What a user may owe before he has to wait.</summary>
    private const long CreditMs = 2_000;

    /// <summary>
    /// Readings at a time, which may all be held up: those of users, and one more of root's, who means
    /// no harm. Other names need the rest of the threads of <see cref="LookupWorkers"/>.
    /// </summary>
    private const int MostAtOnce = 5;

    /// <summary>Which ids a process's user namespace has. Anybody may read it, of any process.</summary>
    private const string UserIds = "uid_map";

    private const int LongestUserIds = 4096;

    /// <summary>A debt is forgotten after this long, however long a reading was held up.</summary>
    private const long MostDebtMs = 10 * 60 * 1000;

    /// <summary>Of users that owe, and of processes that were skipped: then it begins anew.</summary>
    private const int MostRemembered = 1_024;

    private const uint Root = 0;

    /// <summary>No user's id, nor a process of root's.</summary>
    private const ulong Elsewhere = 1UL << 62;

    private readonly Lock _gate = new();
    private readonly byte[] _ownUserIds = UserIdsOf(files, (uint)Environment.ProcessId);
    private readonly Dictionary<uint, Reading> _readings = [];
    private readonly Dictionary<ulong, long> _paidAt = [];
    private readonly HashSet<uint> _skipped = [];

    /// <summary>Whether its command line may be read now.</summary>
    public bool TryBegin(uint pid)
    {
        var owner = files.OwnerOf(pid) ?? Root;
        var key = KeyOf(owner, pid);
        var now = NowMs();
        lock (_gate)
        {
            if (!Owes(key, now) && HasThread(key, isRoot: owner == Root, now))
            {
                _readings[pid] = new Reading(key, now);
                _skipped.Remove(pid);
                return true;
            }
            if (_skipped.Count >= MostRemembered)
                _skipped.Clear();
            if (!_skipped.Add(pid))
                return false;
        }
        skipped();
        return false;
    }

    public void End(uint pid)
    {
        var now = NowMs();
        lock (_gate)
        {
            if (!_readings.Remove(pid, out var reading) || now - reading.Since < SlowMs)
                return;
            if (_paidAt.Count >= MostRemembered)
                _paidAt.Clear();
            ref var paidAt = ref CollectionsMarshal.GetValueRefOrAddDefault(_paidAt, reading.Owner, out _);
            paidAt = Math.Max(paidAt, now) + (now - reading.Since - SlowMs) * Price;
            paidAt = Math.Min(paidAt, now + MostDebtMs);
        }
    }

    /// <summary>
    /// Root's processes stand each for itself. Those in other user namespaces stand for one user: by
    /// such, one may have 65,536 ids (subuid(5)).
    /// </summary>
    private ulong KeyOf(uint owner, uint pid)
    {
        if (owner == Root)
            return 1UL << 63 | pid;
        return UserIdsOf(files, pid).AsSpan().SequenceEqual(_ownUserIds) ? owner : Elsewhere;
    }

    private static byte[] UserIdsOf(ProcessFiles files, uint pid)
    {
        Span<byte> ids = stackalloc byte[LongestUserIds];
        return ids[..files.Read(pid, UserIds, ids)].ToArray();
    }

    private long NowMs() => (long)time.GetElapsedTime(0).TotalMilliseconds;

    private bool Owes(ulong key, long now)
    {
        if (!_paidAt.TryGetValue(key, out var paidAt))
            return false;
        if (paidAt <= now)
            _paidAt.Remove(key);
        return paidAt > now + CreditMs;
    }

    private bool HasThread(ulong key, bool isRoot, long now)
    {
        foreach (var reading in _readings.Values)
        {
            if (reading.Owner == key && now - reading.Since >= StalledMs)
                return false;
        }
        return _readings.Count < (isRoot ? MostAtOnce + 1 : MostAtOnce);
    }

    private readonly record struct Reading(ulong Owner, long Since);
}

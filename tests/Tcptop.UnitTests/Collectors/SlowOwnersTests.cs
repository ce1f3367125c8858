using System.Globalization;
using Tcptop.Linux.Naming;
using Xunit;

namespace Tcptop.UnitTests.Collectors;

/// <summary>Whose command lines take long does not keep the readers from those of others.</summary>
public sealed class SlowOwnersTests : IDisposable
{
    private const uint User = 1_000;
    private const uint Other = 1_001;

    /// <summary>In seconds: long enough to count, and more than what is free.</summary>
    private const double Slow = 0.2;

    private readonly ManualTime _time = new();
    private readonly ProcessFilesOnDisk _proc = new();
    private readonly SlowOwners _owners;
    private int _skipped;

    public SlowOwnersTests() =>
        _owners = new SlowOwners(new ProcessFiles(_proc.Root), _time, () => _skipped++);

    public void Dispose() => _proc.Dispose();

    [Fact]
    public void While_one_of_a_user_is_held_up_no_other_of_his_is_read()
    {
        Add(User, 10, 11);
        Add(Other, 20);
        Assert.True(_owners.TryBegin(10));
        _time.Pass(Slow);
        Assert.False(_owners.TryBegin(11));
        Assert.True(_owners.TryBegin(20));
    }

    [Fact]
    public void Who_has_taken_long_waits_and_others_do_not()
    {
        Add(User, 10, 11);
        Add(Other, 20);
        Assert.True(_owners.TryBegin(10));
        _time.Pass(Slow);
        _owners.End(10);
        Assert.False(_owners.TryBegin(10));
        Assert.False(_owners.TryBegin(11));
        Assert.True(_owners.TryBegin(20));
        _time.Pass(2);
        Assert.True(_owners.TryBegin(11));
    }

    [Fact]
    public void Each_process_that_is_passed_over_is_counted_once()
    {
        Add(User, 10, 11, 12);
        Assert.True(_owners.TryBegin(10));
        _time.Pass(Slow);
        for (var again = 0; again < 3; again++)
        {
            Assert.False(_owners.TryBegin(11));
            Assert.False(_owners.TryBegin(12));
        }
        Assert.Equal(2, _skipped);
    }

    [Fact]
    public void One_process_of_root_says_nothing_of_his_others()
    {
        Add(0, 10, 11);
        Assert.True(_owners.TryBegin(10));
        _time.Pass(Slow);
        Assert.False(_owners.TryBegin(10));
        Assert.True(_owners.TryBegin(11));
    }

    [Fact]
    public void However_many_users_hold_it_up_roots_are_read()
    {
        for (uint user = 1; user <= 10; user++)
            Add(User + user, user);
        Add(0, 100);
        for (uint pid = 1; pid <= 5; pid++)
            Assert.True(_owners.TryBegin(pid));
        for (uint pid = 6; pid <= 10; pid++)
            Assert.False(_owners.TryBegin(pid));
        Assert.True(_owners.TryBegin(100));
    }

    [Fact]
    public void All_ids_of_another_user_namespace_are_one_user()
    {
        Add(User, (uint)Environment.ProcessId);
        Add(User + 1, 10);
        Add(User + 2, 11);
        Add(Other, 20);
        const string Own = "         0          0 4294967295\n";
        SetUserIds((uint)Environment.ProcessId, Own);
        SetUserIds(10, "         0     100000      65536\n");
        SetUserIds(11, "");
        SetUserIds(20, Own);
        var owners = new SlowOwners(new ProcessFiles(_proc.Root), _time, () => { });
        Assert.True(owners.TryBegin(10));
        _time.Pass(Slow);
        Assert.False(owners.TryBegin(11));
        Assert.True(owners.TryBegin(20));
    }

    private void Add(uint user, params uint[] pids)
    {
        foreach (var pid in pids)
        {
            Directory.CreateDirectory(PathOf(pid));
            var status = string.Create(
                CultureInfo.InvariantCulture, $"Name:\tx\nUid:\t{user}\t0\t0\t0\n");
            File.WriteAllText(Path.Combine(PathOf(pid), "status"), status);
        }
    }

    private void SetUserIds(uint pid, string ids) =>
        File.WriteAllText(Path.Combine(PathOf(pid), "uid_map"), ids);

    private string PathOf(uint pid) =>
        Path.Combine(_proc.Root, pid.ToString(CultureInfo.InvariantCulture));
}

using Tcptop.Model.Fields;
using Tcptop.Table;
using Tcptop.Tui;
using Tcptop.Tui.Cells;
using Tcptop.Tui.Terminal;
using Tcptop.Tui.View;
using Xunit;

namespace Tcptop.UnitTests.Tui;

public sealed class UiLoopTests : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private readonly PseudoTerminal _pty = new(80, 24);
    private readonly Inbox _inbox = new();
    private readonly RawTerminal _terminal;
    private readonly UiLoop _loop;

    public UiLoopTests()
    {
        _terminal = RawTerminal.Open(_pty.Slave, _pty.Slave);
        var capabilities = new TerminalCapabilities(ColorDepth.None, Utf8: false, HasBlocks: false);
        _loop = new UiLoop(_terminal, _inbox, capabilities, new ViewState { Interval = TimeSpan.FromSeconds(1) });
        _terminal.Enter();
    }

    [Theory]
    [InlineData("q")]
    [InlineData("\u0003")]
    [InlineData("\e[A\e[5~xq")]
    public async Task It_shows_snapshots_until_a_key_quits(string keys)
    {
        var run = Task.Run(_loop.Run, TestContext.Current.CancellationToken);
        _pty.ReadUntil("waiting");
        _inbox.Post(SnapshotOf("earlier"));
        _pty.ReadUntil("earlier");
        _inbox.Post(SnapshotOf("second"));
        _pty.ReadUntil("second");
        _pty.Type(System.Text.Encoding.ASCII.GetBytes(keys));
        await run.WaitAsync(Timeout, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task It_ends_when_another_thread_says_so()
    {
        var run = Task.Run(_loop.Run, TestContext.Current.CancellationToken);
        _inbox.Post(Notices.Quit);
        await run.WaitAsync(Timeout, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task It_ends_when_the_terminal_is_gone()
    {
        var run = Task.Run(_loop.Run, TestContext.Current.CancellationToken);
        _pty.ReadUntil("waiting");
        _pty.HangUp();
        await run.WaitAsync(Timeout, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_terminal_that_takes_no_more_keeps_nobody_from_quitting()
    {
        _pty.Resize(1000, 500);
        _inbox.Post(Notices.Resized);
        var row = Connections.Tcp("192.0.2.1:1", "192.0.2.2:2").OwnedBy(1, "stalled");
        _inbox.Post(Snapshot.Of(Enumerable.Repeat(row, 500).ToArray(), Start));
        var run = Task.Run(_loop.Run, TestContext.Current.CancellationToken);
        _pty.ReadUntil("stalled");
        _pty.Type("q"u8);
        await run.WaitAsync(Timeout, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_resize_draws_everything_anew_and_changes_how_many_rows_fit()
    {
        Assert.Equal(19, _loop.Wishes.View.Lines);
        var run = Task.Run(_loop.Run, TestContext.Current.CancellationToken);
        _pty.ReadUntil("waiting");
        _pty.Resize(40, 10);
        _inbox.Post(Notices.Resized);
        _pty.ReadUntil("\e[10;1H");
        Assert.Equal(5, _loop.Wishes.View.Lines);
        _inbox.Post(Notices.Quit);
        await run.WaitAsync(Timeout, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task After_the_process_was_stopped_the_terminal_is_taken_again_and_drawn_anew()
    {
        var run = Task.Run(_loop.Run, TestContext.Current.CancellationToken);
        _pty.ReadUntil("waiting");
        _inbox.Post(Notices.Continued);
        _pty.ReadUntil("\e[?1049h\e[?25l\e[?7l\e[?1000h\e[?1006h\e[?2004h\e[?2026h\e[0m\e[2J");
        _inbox.Post(Notices.Quit);
        await run.WaitAsync(Timeout, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Every_snapshot_is_given_back_also_those_that_were_never_shown()
    {
        Snapshot[] snapshots =
            [SnapshotOf("AAA"), SnapshotOf("BBB"), SnapshotOf("CCC"), SnapshotOf("DDD"), SnapshotOf("EEE")];
        _inbox.Post(snapshots[0]);
        _inbox.Post(snapshots[1]);
        var run = Task.Run(_loop.Run, TestContext.Current.CancellationToken);
        _pty.ReadUntil("BBB");
        _inbox.Post(snapshots[2]);
        _pty.ReadUntil("CCC");
        _inbox.Post(Notices.Quit);
        await run.WaitAsync(Timeout, TestContext.Current.CancellationToken);
        _inbox.Post(snapshots[3]);
        _inbox.Dispose();
        _inbox.Post(snapshots[4]);
        _loop.Dispose();
        foreach (var snapshot in snapshots)
            Assert.Throws<ArgumentOutOfRangeException>(() => snapshot.Rows.Length);
    }

    [Fact]
    public async Task A_sort_key_is_shown_at_once_and_its_rows_are_asked_for()
    {
        var asked = new TaskCompletionSource<ViewRequest>(TaskCreationOptions.RunContinuationsAsynchronously);
        _loop.Wished = () => asked.TrySetResult(_loop.Wishes.View);
        var run = Task.Run(_loop.Run, TestContext.Current.CancellationToken);
        _inbox.Post(WindowOf("earlier", new ViewRequest { Lines = 19 }));
        _pty.ReadUntil("earlier");
        _pty.Type("p"u8);
        Assert.Equal(SortOrder.By(FieldList.Pid),
            (await asked.Task.WaitAsync(Timeout, TestContext.Current.CancellationToken)).Order);
        // Nobody answers: the new order is told all the same.
        _pty.ReadUntil("PID ^");
        _inbox.Post(WindowOf("second", _loop.Wishes.View));
        _pty.ReadUntil("second");
        _inbox.Post(Notices.Quit);
        await run.WaitAsync(Timeout, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Rows_of_an_order_that_was_given_up_are_not_shown()
    {
        var run = Task.Run(_loop.Run, TestContext.Current.CancellationToken);
        _inbox.Post(WindowOf("earlier", new ViewRequest { Lines = 19 }));
        _pty.ReadUntil("earlier");
        _pty.Type("n"u8);
        _pty.ReadUntil("Process ^");
        var late = WindowOf("late", new ViewRequest { Lines = 19 });
        _inbox.Post(late);
        await WaitUntil(() => IsGivenBack(late));
        _inbox.Post(WindowOf("second", _loop.Wishes.View));
        _pty.ReadUntil("second");
        Assert.DoesNotContain("late", _pty.Output, StringComparison.Ordinal);
        _inbox.Post(Notices.Quit);
        await run.WaitAsync(Timeout, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Nothing_is_written_when_nothing_has_changed()
    {
        var run = Task.Run(_loop.Run, TestContext.Current.CancellationToken);
        _inbox.Post(SnapshotOf("earlier"));
        _pty.ReadUntil("earlier");
        _inbox.Post(SnapshotOf("earlier"));
        _inbox.Post(Notices.None);
        _pty.Type("x"u8);
        _pty.Type("/"u8);
        // The next frame after that of the rows is the prompt's.
        _pty.ReadUntil("Esc clear");
        Assert.Equal(
            3, _pty.Output.Split("\e[?2026h").Length - 1
                + (_pty.Output.Contains("waiting", StringComparison.Ordinal) ? 0 : 1));
        _inbox.Post(Notices.Quit);
        await run.WaitAsync(Timeout, TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        _terminal.Dispose();
        _loop.Dispose();
        _inbox.Dispose();
        _pty.Dispose();
    }

    private static async Task WaitUntil(Func<bool> condition)
    {
        var started = System.Diagnostics.Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(started.Elapsed < Timeout);
            await Task.Yield();
        }
    }

    private static bool IsGivenBack(Snapshot snapshot)
    {
        try
        {
            return snapshot.Rows.Length < 0;
        }
        catch (ArgumentOutOfRangeException)
        {
            return true;
        }
    }

    /// <summary>One row, as the answer to a request.</summary>
    private static Snapshot WindowOf(string processName, ViewRequest request)
    {
        var table = new ConnectionTable();
        table.Begin(1);
        var sample = UnitTests.Table.ConnectionTableTests.Sample(1);
        table.Receive(sample with { ProcessName = Tcptop.Model.KernelName.FromText(processName) });
        table.EndRefresh();
        var view = new TableView(table);
        view.Refreshed(Start, []);
        return view.Window(request);
    }

    private static Snapshot SnapshotOf(string processName) =>
        Snapshot.Of([Connections.Tcp("192.0.2.1:1", "192.0.2.2:2").OwnedBy(1, processName)], Start);
}

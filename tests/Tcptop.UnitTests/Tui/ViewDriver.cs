using System.Text;
using Tcptop.Model;
using Tcptop.Table;
using Tcptop.Tui.Input;
using Tcptop.Tui.Screens;
using Tcptop.Tui.View;
using Tcptop.UnitTests.Table;

namespace Tcptop.UnitTests.Tui;

/// <summary>
/// A view with a real table behind it, and no terminal: keys go in, and the rows that they want come at once.
/// </summary>
internal sealed class ViewDriver : IDisposable
{
    private const ulong Second = 1_000_000_000;

    private readonly ConnectionTable _table = new();
    private readonly TableView _view;
    private ulong _now;

    public ViewDriver(int width, int height)
    {
        _view = new TableView(_table);
        State = Frames.Empty.Resized(width, height);
    }

    public ViewState State { get; private set; }

    /// <summary>The cookies of the rows that are seen.</summary>
    public ulong[] Seen
    {
        get
        {
            var lines = State.Layout.Rows;
            var rows = State.Snapshot!.Rows[State.FirstDrawn(lines)..];
            return [.. rows[..Math.Min(lines, rows.Length)].ToArray().Select(row => row.Key.SocketCookie)];
        }
    }

    public ulong? Selected => State.Selected?.Key?.SocketCookie;

    /// <summary>
    /// Connections with the cookies from 1 on; the pid is the cookie's, the name is p and the cookie, and the
    /// rates fall from first to last.
    /// </summary>
    public void Refresh(int count) =>
        Refresh([.. Enumerable.Range(1, count).Select(cookie => ((ulong)cookie, (ulong)(count - cookie) * 10))]);

    public void Refresh(params (ulong Cookie, ulong Rate)[] connections)
    {
        _now += Second;
        _table.Begin(_now);
        foreach (var (cookie, rate) in connections)
        {
            _table.Receive(ConnectionTableTests.Sample(cookie, bytesIn: _now / Second * rate, at: _now) with
            {
                Owner = new ProcessIdentity((uint)cookie, 1),
                ProcessName = KernelName.FromText($"p{cookie}"),
            });
        }
        _table.EndRefresh();
        _view.Refreshed(Frames.Start.AddSeconds(_now / Second), []);
        Answer();
    }

    /// <summary>As a terminal sends them.</summary>
    public void Press(string keys)
    {
        var input = Encoding.UTF8.GetBytes(keys).AsSpan();
        while (!input.IsEmpty)
        {
            input = input[KeyParser.Read(input, isComplete: true, out var key)..];
            State = ViewCommands.Obey(State, KeyBindings.CommandOf(key!.Value, State.IsTyping), key.Value);
            if (!State.IsAnswered)
                Answer();
        }
    }

    public void Resize(int width, int height)
    {
        State = State.Resized(width, height);
        Answer();
    }

    public void Dispose() => State.Snapshot?.Dispose();

    private void Answer()
    {
        if (!_view.HasRows)
            return;
        var replaced = State.Snapshot;
        State = State.Show(_view.Window(State.Wanted));
        replaced?.Dispose();
    }
}

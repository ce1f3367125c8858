using System.Text;
using Tcptop.Model;
using Tcptop.Table;
using Tcptop.Tui.Cells;
using Tcptop.Tui.Input;
using Tcptop.Tui.Look;
using Tcptop.Tui.Screens;
using Tcptop.Tui.View;
using Tcptop.UnitTests.Outputs;
using Tcptop.UnitTests.Table;
using Tcptop.UnitTests.Tui;
using Xunit;

namespace Tcptop.UnitTests.Fuzz;

/// <summary>
/// The whole screen under any keys, in any size, with rows whose names wish it ill: the terminal gets what
/// the screen meant, and nothing that a name could have put there.
/// </summary>
public sealed class ScreenFuzzTests
{
    private const int RowCount = 30;
    private const ulong Second = 1_000_000_000;

    [Fact]
    public void A_terminal_shows_what_is_meant_whatever_is_pressed_and_however_things_are_called() => FuzzRun.Over(
        FuzzTarget.Screens,
        inputs => inputs.Of(100, 100, 100, [.. "/"u8, .. "日\u0008\r"u8, .. "cc\e[C\r ?\e[B\eq"u8]),
        input =>
        {
            using var screen = new FuzzedScreen(input);
            foreach (var key in KeyFuzzTests.Keys(input, 16))
                screen.Press(key);
            return screen.State;
        },
        (_, state) => Assert.InRange(state.Top, 0, RowCount));

    private sealed class FuzzedScreen : IDisposable
    {
        private readonly ConnectionTable _table = new();
        private readonly TableView _view;
        private readonly Random _random;
        private readonly FrameDiff _frames = new(ColorDepth.TrueColor, utf8: true);
        private readonly ConnectionScreen _screen = new(Theme.For(ColorDepth.TrueColor), Glyphs.Blocks);
        private readonly VirtualTerminal _terminal = new(1, 1);
        private readonly CellBuffer _cells = new(1, 1);
        private ulong _now;

        /// <param name="input">Whose bytes are names, too.</param>
        public FuzzedScreen(byte[] input)
        {
            _random = new Random(input.Length);
            _view = new TableView(_table, host: new FakeHostFacts { Unit = FuzzRun.Text(input) });
            State = Frames.Empty with { FilterText = FuzzRun.Text(input) };
            Resize();
            Refresh(input);
        }

        public ViewState State { get; private set; }

        public void Press(Tcptop.Tui.Input.KeyEvent key)
        {
            State = ViewCommands.Obey(State, KeyBindings.CommandOf(key, State.IsTyping), key);
            if (_random.Next(8) == 0)
                Resize();
            if (!State.IsAnswered)
                Answer();
            if (State.Filter.Line is { } line)
                Assert.True(line.Text.Length <= 200 && line.Cursor >= 0 && line.Cursor <= line.Text.Length
                    && !(line.Cursor < line.Text.Length && char.IsLowSurrogate(line.Text[line.Cursor])));
            if (_random.Next(3) == 0)
                Draw();
        }

        public void Dispose() => State.Snapshot?.Dispose();

        private void Resize()
        {
            var (width, height) = (_random.Next(1, 130), _random.Next(1, 30));
            State = State.Resized(width, height);
            _terminal.Resize(width, height);
            _cells.Resize(width, height);
            if (_view?.HasRows == true)
                Answer();
        }

        private void Refresh(byte[] names)
        {
            _now += Second;
            _table.Begin(_now);
            for (var i = 0; i < RowCount; i++)
            {
                var from = names.Length == 0 ? 0 : _random.Next(names.Length);
                _table.Receive(
                    ConnectionTableTests.Sample((ulong)i + 1, bytesIn: (ulong)_random.NextInt64(), at: _now) with
                    {
                        Owner = new ProcessIdentity((uint)_random.Next(1, 4_194_305), 1),
                        ProcessName = KernelName.FromBytes(names.AsSpan(from)),
                    });
            }
            _table.EndRefresh();
            _view.Refreshed(Frames.Start.AddSeconds(_now / Second), []);
            Answer();
            Draw();
        }

        private void Answer()
        {
            var replaced = State.Snapshot;
            State = State.Show(_view.Window(State.Wanted));
            replaced?.Dispose();
        }

        private void Draw()
        {
            _screen.Draw(_cells, State);
            _terminal.Take(_frames.Encode(_cells).Span);
            for (var y = 0; y < _cells.Height; y++)
            {
                var line = _cells.Line(y);
                for (var x = 0; x < line.Length; x++)
                {
                    if (_terminal[x, y] != line[x]
                        || !(line[x].IsRightHalf || FuzzedOutputs.IsPlain(new Rune(line[x].Rune))))
                        Assert.Fail($"column {x} of line {y}: {_terminal[x, y]} where {line[x]} is meant");
                }
            }
        }
    }
}

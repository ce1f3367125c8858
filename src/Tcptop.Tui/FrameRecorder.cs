using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Tcptop.Tui.Cells;

namespace Tcptop.Tui;

/// <summary>
/// For tests of the whole program: writes each frame, as it was meant to be, to a descriptor that the
/// environment names, so that it can be compared with what a terminal shows. A descriptor, not a path: who
/// cannot write a file cannot make us write it. Without the variable there is none of this.
/// </summary>
internal sealed class FrameRecorder : IDisposable
{
    /// <summary>Number of a descriptor, open for writing, of a file that holds the latest frame alone.</summary>
    public const string Variable = "TCPTOP_TEST_FRAMES_FD";

    private const int FirstOfOthers = 3;

    private readonly SafeFileHandle _file;
    private readonly StringBuilder _text = new();
    private int _count;

    private FrameRecorder(SafeFileHandle file) => _file = file;

    public static FrameRecorder? FromEnvironment() =>
        int.TryParse(Environment.GetEnvironmentVariable(Variable), NumberStyles.None, CultureInfo.InvariantCulture,
            out var descriptor)
            && descriptor >= FirstOfOthers
            ? new FrameRecorder(new SafeFileHandle(descriptor, ownsHandle: false))
            : null;

    /// <summary>
    /// The frame's number and size, its lines, and its number again, by which a reader knows that it has all
    /// of it.
    /// </summary>
    public void Record(CellBuffer cells)
    {
        _count++;
        _text.Clear().Append(CultureInfo.InvariantCulture, $"frame {_count} {cells.Width}x{cells.Height}\n");
        for (var y = 0; y < cells.Height; y++)
        {
            foreach (ref readonly var cell in cells.Line(y))
            {
                if (!cell.IsRightHalf)
                    _text.Append(new Rune(cell.Rune).ToString());
            }
            _text.Append('\n');
        }
        _text.Append(CultureInfo.InvariantCulture, $"end {_count}\n");
        var bytes = Encoding.UTF8.GetBytes(_text.ToString());
        RandomAccess.Write(_file, bytes, 0);
        RandomAccess.SetLength(_file, bytes.Length);
    }

    public void Dispose() => _file.Dispose();
}

using System.Globalization;
using System.Text;
using Xunit;

namespace Tcptop.UnitTests.Fuzz;

/// <summary>
/// Gives a decoder its inputs one after the other, and says which one it failed on: by an exception, by not
/// coming back, by memory out of proportion, or by an answer that is not right.
/// </summary>
internal static class FuzzRun
{
    public const int Seed = 20_261_123;

    /// <summary>More rounds with other seeds, for whoever looks for more faults than a suite has time for.</summary>
    private const string RoundsVariable = "TCPTOP_FUZZ_ROUNDS";

    /// <summary>All inputs of a target take a few seconds; this is for what does not end.</summary>
    private static readonly TimeSpan Hung = TimeSpan.FromSeconds(60);

    private static readonly int Rounds = RoundsIn(Environment.GetEnvironmentVariable(RoundsVariable));

    /// <param name="target">Whose count of inputs must be right, and whose bound on memory must hold.</param>
    /// <param name="inputs">Of each round.</param>
    /// <param name="decode">What is tested; its memory is measured.</param>
    /// <param name="verify">What must be so of its answer.</param>
    public static void Over<T>(FuzzTarget target, Func<HostileInputs, IEnumerable<byte[]>> inputs, Func<byte[],
        T> decode, Action<byte[], T> verify)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var run = new Run<T>(target, decode, verify);
            run.Over(inputs(new HostileInputs(Seed + round)));
            Assert.Equal((target.Name, target.Inputs), (target.Name, run.Count));
        }
    }

    /// <summary>
    /// For decoders of text: bytes as the program makes text of them, and every other time as UTF-16 that
    /// need not be whole.
    /// </summary>
    public static string Text(byte[] input)
    {
        if (input.Length % 4 != 3)
            return Encoding.UTF8.GetString(input);
        var text = new char[input.Length / 2];
        Buffer.BlockCopy(input, 0, text, 0, text.Length * 2);
        return new string(text);
    }

    private static int RoundsIn(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var rounds) ? rounds : 1;

    private sealed class Run<T>(FuzzTarget target, Func<byte[], T> decode, Action<byte[], T> verify)
    {
        private Exception? _failure;
        private byte[] _input = [];

        public int Count { get; private set; }

        public void Over(IEnumerable<byte[]> inputs)
        {
            // On a thread that can be left behind.
            var thread = new Thread(() => GiveAll(inputs)) { IsBackground = true, Name = "fuzz" };
            thread.Start();
            var ended = thread.Join(Hung * Rounds);
            if (!ended || _failure is not null)
                Assert.Fail($"{target.Name}: input {Count}, {Convert.ToHexString(_input)} ({Encoding.UTF8.GetString(_input)}): {(ended ? _failure : "does not end")}");
        }

        private void GiveAll(IEnumerable<byte[]> inputs)
        {
            try
            {
                foreach (var input in inputs)
                    Give(input);
            }
            catch (Exception e)
            {
                _failure = e;
            }
        }

        private void Give(byte[] input)
        {
            _input = input;
            Count++;
            var most = target.MostBytes(input.Length);
            T? answer = default;
            // Twice: what is made once, at the first input of a kind, is no input's memory.
            Allocation.AssertAtMost(most, () => answer = decode(input), attempts: 2);
            verify(input, answer!);
        }
    }
}

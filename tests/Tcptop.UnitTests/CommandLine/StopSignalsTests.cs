using System.Runtime.InteropServices;
using Tcptop.Lifetime;
using Xunit;

namespace Tcptop.UnitTests.CommandLine;

public sealed class StopSignalsTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    [Fact]
    public void A_second_request_ends_it_though_a_writer_still_gets_on()
    {
        var (gotOn, ends) = (false, 0);
        // On a thread of its own: signals stay blocked on it.
        var thread = new Thread(() =>
        {
            using var stop = new StopSignals { End = () => ends++, Patience = TimeSpan.FromHours(1) };
            // As EndWriting does, for a writer who holds the file.
            stop.LastResort = () => gotOn = Task.Run(stop.Progressed).Wait(Bound);
            stop.Stop(new PosixSignalContext(PosixSignal.SIGTERM));
            stop.Stop(new PosixSignalContext(PosixSignal.SIGTERM));
            Assert.True(stop.IsRepeated);
        });
        thread.Start();
        thread.Join();
        Assert.Equal((true, 1), (gotOn, ends));
    }
}

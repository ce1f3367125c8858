using Tcptop.Collectors.Ebpf;
using Xunit;

namespace Tcptop.UnitTests.Collectors;

public sealed class LifecycleHooksTests
{
    [Theory]
    [InlineData(0ul, 0u, 0ul)]
    [InlineData(5ul, 3u, 2ul)]
    [InlineData((1ul << 32) + 5, 3u, 2ul)]
    [InlineData((1ul << 32) + 1, uint.MaxValue, 2ul)]
    [InlineData(0ul, 4u, 0ul)]
    public void What_was_made_up_for_is_not_lost(ulong skipped, uint madeUp, ulong lost) =>
        Assert.Equal(lost, LifecycleHooks.NotMadeUp(skipped, madeUp));
}

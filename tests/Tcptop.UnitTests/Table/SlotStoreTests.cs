using Tcptop.Table;
using Xunit;

namespace Tcptop.UnitTests.Table;

/// <summary>Rows have slots that stay theirs, and blocks without rows are given back.</summary>
public sealed class SlotStoreTests
{
    private const int Block = 1_024;

    private readonly SlotStore<int> _rows = new();

    [Fact]
    public void A_slot_is_used_from_when_it_is_allocated_until_it_is_freed()
    {
        var slots = Allocate(3 * Block);
        Assert.Equal(3 * Block, slots.Distinct().Count());
        Assert.All(slots, slot => Assert.True(_rows.IsUsed(slot)));
        _rows.Free(slots[1_500]);
        Assert.False(_rows.IsUsed(slots[1_500]));
        Assert.False(_rows.IsUsed(3 * Block));
        Assert.Equal(slots[1_500], _rows.Allocate());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(Block - 1)]
    [InlineData(Block)]
    [InlineData(5 * Block + 700)]
    public void Slots_in_use_are_found_in_order_wherever_they_are(int kept)
    {
        foreach (var slot in Allocate(6 * Block))
        {
            if (slot != kept)
                _rows.Free(slot);
        }
        Assert.Equal(kept, _rows.NextUsed(0));
        Assert.Equal(kept, _rows.NextUsed(kept));
        Assert.Equal(-1, _rows.NextUsed(kept + 1));
    }

    [Fact]
    public void The_room_of_a_crowd_that_has_gone_is_given_back_and_used_again()
    {
        var slots = Allocate(100 * Block);
        foreach (var slot in slots)
            _rows.Free(slot);
        Assert.Equal(Block, _rows.End);
        Assert.Equal(-1, _rows.NextUsed(0));
        Assert.Equal(Enumerable.Range(0, 2 * Block), Allocate(2 * Block));
    }

    [Fact]
    public void A_hole_in_the_middle_is_filled_first()
    {
        var slots = Allocate(5 * Block);
        for (var slot = Block; slot < 3 * Block; slot++)
            _rows.Free(slots[slot]);
        Assert.Equal(3 * Block, _rows.NextUsed(Block));
        Assert.Equal(Enumerable.Range(Block, 2 * Block), Allocate(2 * Block));
        Assert.Equal(5 * Block, _rows.End);
    }

    [Fact]
    public void A_copy_stays_as_it_was()
    {
        var slots = Allocate(2 * Block);
        var copy = _rows.Copy();
        foreach (var slot in slots)
            _rows.Free(slot);
        Assert.All(slots, slot => Assert.True(copy.IsUsed(slot)));
        Assert.False(_rows.IsUsed(slots[0]));
    }

    private List<int> Allocate(int count) => [.. Enumerable.Range(0, count).Select(_ => _rows.Allocate())];
}

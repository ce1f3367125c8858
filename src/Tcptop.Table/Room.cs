namespace Tcptop.Table;

/// <summary>Working memory that is kept from one refresh to the next, but not that of a crowd that has gone.</summary>
internal static class Room
{
    /// <summary>So much is not worth giving back.</summary>
    private const int Small = 16 * 1024;

    private const int FarTooMuch = 8;

    /// <summary>One in so many may come besides, before there is need of a larger one.</summary>
    private const int Spare = 8;

    /// <summary>
    /// An array with so much room: this one, if it has, and not far too much. What was in it is lost.
    /// </summary>
    public static T[] For<T>(int count, T[] array)
    {
        if (array.Length < count)
            return new T[count + count / Spare];
        return IsFarTooMuch(array.Length, count) ? new T[count] : array;
    }

    /// <summary>The same, with the first of what is in it.</summary>
    public static T[] Keep<T>(int count, T[] array)
    {
        if (IsFarTooMuch(array.Length, count))
            Array.Resize(ref array, count);
        return array;
    }

    /// <summary>For a list that has been filled.</summary>
    public static void GiveBack<T>(List<T> list)
    {
        if (IsFarTooMuch(list.Capacity, list.Count))
            list.TrimExcess();
    }

    /// <summary>For a table that has been filled.</summary>
    public static void GiveBack<TKey, TValue>(Dictionary<TKey, TValue> table)
        where TKey : notnull
    {
        if (IsFarTooMuch(table.Capacity, table.Count))
            table.TrimExcess();
    }

    private static bool IsFarTooMuch(int room, int count) => room > Small && room / FarTooMuch > count;
}

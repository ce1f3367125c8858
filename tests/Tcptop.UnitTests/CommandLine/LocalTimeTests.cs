using System.Globalization;
using System.Runtime.InteropServices;
using Tcptop.Sessions;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.UnitTests.CommandLine;

/// <summary>The environment is the whole process's, so nothing else runs meanwhile.</summary>
[CollectionDefinition(nameof(EnvironmentOfTheLibrary), DisableParallelization = true)]
public sealed class EnvironmentOfTheLibrary;

/// <summary>The local time by TZ, whatever is written there.</summary>
[Collection(nameof(EnvironmentOfTheLibrary))]
public sealed partial class LocalTimeTests : IDisposable
{
    private const string Variable = "TZ";

    private readonly string? _former = Environment.GetEnvironmentVariable(Variable);
    private readonly string _directory = Directory.CreateTempSubdirectory("tcptop-").FullName;

    private string FilePath => Path.Combine(_directory, "zone");

    public void Dispose()
    {
        Directory.Delete(_directory, recursive: true);
        if (_former is null)
            _ = unsetenv(Variable);
        else
            _ = setenv(Variable, _former, 1);
        LocalTime.TryRead("UTC0", null);
    }

    [Theory]
    [InlineData("UTC0", "2026-07-01 12:00:00", "00:00:00")]
    [InlineData("UTC-3", "2026-07-01 12:00:00", "03:00:00")]
    [InlineData("<+0330>-3:30", "2026-07-01 12:00:00", "03:30:00")]
    [InlineData("<-0930>9:30", "2026-07-01 12:00:00", "-09:30:00")]
    [InlineData("ABC-1:02:03", "2026-07-01 12:00:00", "01:02:03")]
    // From the second Sunday of March to the first of November.
    [InlineData("EST5EDT,M3.2.0,M11.1.0", "2026-03-08 06:59:59", "-05:00:00")]
    [InlineData("EST5EDT,M3.2.0,M11.1.0", "2026-03-08 07:00:00", "-04:00:00")]
    [InlineData("EST5EDT,M3.2.0,M11.1.0", "2026-11-01 05:59:59", "-04:00:00")]
    [InlineData("EST5EDT,M3.2.0,M11.1.0", "2026-11-01 06:00:00", "-05:00:00")]
    // The last Sunday.
    [InlineData("CET-1CEST,M3.5.0,M10.5.0/3", "2026-03-29 00:59:59", "01:00:00")]
    [InlineData("CET-1CEST,M3.5.0,M10.5.0/3", "2026-03-29 01:00:00", "02:00:00")]
    [InlineData("CET-1CEST,M3.5.0,M10.5.0/3", "2026-10-25 00:59:59", "02:00:00")]
    [InlineData("CET-1CEST,M3.5.0,M10.5.0/3", "2026-10-25 01:00:00", "01:00:00")]
    // South of the equator the summer is that of two years.
    [InlineData("AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-01-01 00:00:00", "11:00:00")]
    [InlineData("AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-04-04 15:59:59", "11:00:00")]
    [InlineData("AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-04-04 16:00:00", "10:00:00")]
    [InlineData("AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-10-03 15:59:59", "10:00:00")]
    [InlineData("AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-10-03 16:00:00", "11:00:00")]
    // Days of the year from 1, of which the 29th of February is none: J60 is the first of March.
    [InlineData("AAA3BBB,J60,J300", "2024-03-01 04:59:59", "-03:00:00")]
    [InlineData("AAA3BBB,J60,J300", "2024-03-01 05:00:00", "-02:00:00")]
    [InlineData("AAA3BBB,J60,J300", "2024-10-27 03:59:59", "-02:00:00")]
    [InlineData("AAA3BBB,J60,J300", "2024-10-27 04:00:00", "-03:00:00")]
    // Days from 0, of which it is one.
    [InlineData("AAA3BBB,59,299", "2024-02-29 04:59:59", "-03:00:00")]
    [InlineData("AAA3BBB,59,299", "2024-02-29 05:00:00", "-02:00:00")]
    [InlineData("AAA3BBB,59,299", "2026-03-01 04:59:59", "-03:00:00")]
    [InlineData("AAA3BBB,59,299", "2026-03-01 05:00:00", "-02:00:00")]
    // An hour before that day begins, and two hours after it has ended.
    [InlineData("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29 00:59:59", "-02:00:00")]
    [InlineData("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29 01:00:00", "-01:00:00")]
    [InlineData("IST-2IDT,M3.4.4/26,M10.5.0", "2026-03-26 23:59:59", "02:00:00")]
    [InlineData("IST-2IDT,M3.4.4/26,M10.5.0", "2026-03-27 00:00:00", "03:00:00")]
    [InlineData("IST-2IDT,M3.4.4/26,M10.5.0", "2026-10-24 23:00:00", "02:00:00")]
    // Summer in all the year; a winter that is ahead of the summer.
    [InlineData("EST5EDT,0/0,J365/25", "2026-01-01 06:00:00", "-04:00:00")]
    [InlineData("IST-1GMT0,M10.5.0,M3.5.0/1", "2026-12-01 00:00:00", "00:00:00")]
    [InlineData("IST-1GMT0,M10.5.0,M3.5.0/1", "2026-07-01 00:00:00", "01:00:00")]
    // A summer without rules is that of the United States.
    [InlineData("ABC5DEF", "2026-03-08 06:59:59", "-05:00:00")]
    [InlineData("ABC5DEF", "2026-03-08 07:00:00", "-04:00:00")]
    [InlineData("ABC5DEF", "2026-11-01 06:00:00", "-05:00:00")]
    // What is no rule and no file is UTC.
    [InlineData("", "2026-07-01 12:00:00", "00:00:00")]
    [InlineData(":", "2026-07-01 12:00:00", "00:00:00")]
    [InlineData("no such zone", "2026-07-01 12:00:00", "00:00:00")]
    [InlineData("-3", "2026-07-01 12:00:00", "00:00:00")]
    [InlineData("日本-9", "2026-07-01 12:00:00", "00:00:00")]
    public void A_rule_means_what_POSIX_says(string rule, string utc, string ahead)
    {
        var culture = CultureInfo.InvariantCulture;
        var time = DateTimeOffset.Parse(utc, culture, DateTimeStyles.AssumeUniversal);
        Assert.Equal(TimeSpan.Parse(ahead, culture), Offset(rule, time));
    }

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    public void A_file_of_a_zone_is_read(string before)
    {
        File.WriteAllBytes(FilePath, Zone());
        Assert.Equal(TimeSpan.FromHours(9), Offset(before + FilePath, DateTimeOffset.UnixEpoch));
    }

    [Theory]
    [InlineData("a device")]
    [InlineData("a pipe")]
    [InlineData("a directory")]
    [InlineData("a large file")]
    [InlineData("what a link leads to")]
    public void What_could_be_read_for_ever_is_not_opened_and_is_UTC(string what)
    {
        switch (what)
        {
            case "a device":
                File.CreateSymbolicLink(FilePath, "/dev/zero");
                break;
            case "a pipe":
                Tool.Must("mkfifo", FilePath);
                break;
            case "a directory":
                Directory.CreateDirectory(FilePath);
                break;
            case "a large file":
                using (var file = File.OpenHandle(FilePath, FileMode.CreateNew, FileAccess.Write))
                {
                    RandomAccess.Write(file, Zone(), 0);
                    RandomAccess.SetLength(file, 1L << 40);
                }
                break;
            default:
                Tool.Must("mkfifo", FilePath + ".pipe");
                File.CreateSymbolicLink(FilePath, FilePath + ".pipe");
                break;
        }
        Assert.False(LocalTime.TryRead(FilePath, null), FilePath);
        Assert.False(LocalTime.TryRead(":" + FilePath, null), ":" + FilePath);
        Assert.False(LocalTime.TryRead("zone", _directory), "TZDIR");
    }

    [Fact]
    public void Nor_are_the_rules_of_a_summer_that_has_none()
    {
        Tool.Must("mkfifo", Path.Combine(_directory, "posixrules"));
        Assert.False(LocalTime.TryRead("ABC5DEF", _directory));
    }

    private static TimeSpan Offset(string zone, DateTimeOffset time)
    {
        Assert.Equal(0, setenv(Variable, zone, 1));
        return LocalTime.TryRead(zone, null) ? LocalTime.LibraryOffsetAt(time) : TimeSpan.Zero;
    }

    /// <summary>As tzfile(5) has it: always nine hours ahead, for 32 bits and for 64.</summary>
    private static byte[] Zone()
    {
        byte[] half =
        [
            .. "TZif2"u8, .. new byte[15],
            .. new byte[16], 0, 0, 0, 1, 0, 0, 0, 4, // counts: one type, four letters
            0, 0, 0x7E, 0x90, 0, 0, // 32,400 s, no summer, the first name
            .. "JST\0"u8,
        ];
        return [.. half, .. half, .. "\nJST-9\n"u8];
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int unsetenv(string name);
}

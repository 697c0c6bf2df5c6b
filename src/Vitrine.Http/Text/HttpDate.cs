namespace Vitrine.Http.Text;

/// <summary>
/// HTTP dates (RFC 9110 section 5.6.7) as seconds since 1970-01-01T00:00:00Z. Writes IMF-fixdate; reads that
/// and the two obsolete forms, which a recipient must accept.
/// </summary>
public static class HttpDate
{
    /// <summary>The length of an IMF-fixdate in bytes.</summary>
    public const int Length = 29;

    private const long SecondsPerDay = 86_400;
    private const long FiftyYears = 50 * 31_556_952L;
    private const long LastSecond = 253_402_300_799; // 9999-12-31T23:59:59Z: four digits of year are all there is

    private static ReadOnlySpan<byte> DayNames => "SunMonTueWedThuFriSat"u8;

    private static ReadOnlySpan<byte> MonthNames => "JanFebMarAprMayJunJulAugSepOctNovDec"u8;

    /// <summary>Writes <paramref name="unixSeconds"/>, held to the years 1970 to 9999, as 29 bytes.</summary>
    public static void Write(long unixSeconds, Span<byte> destination)
    {
        unixSeconds = Math.Clamp(unixSeconds, 0, LastSecond);
        var days = unixSeconds / SecondsPerDay;
        var second = (int)(unixSeconds % SecondsPerDay);
        var (year, month, day) = CivilFromDays(days);
        "Sun, 00 Jan 0000 00:00:00 GMT"u8.CopyTo(destination);
        DayNames.Slice((int)((days + 4) % 7) * 3, 3).CopyTo(destination);
        WriteTwo(day, destination[5..]);
        MonthNames.Slice((month - 1) * 3, 3).CopyTo(destination[8..]);
        WriteTwo(year / 100, destination[12..]);
        WriteTwo(year % 100, destination[14..]);
        WriteTwo(second / 3600, destination[17..]);
        WriteTwo(second / 60 % 60, destination[20..]);
        WriteTwo(second % 60, destination[23..]);
    }

    /// <summary>
    /// Reads any of the three forms. <paramref name="nowUnixSeconds"/> places the two-digit year of the RFC
    /// 850 form: one that would lie more than 50 years ahead is in the past.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, long nowUnixSeconds, out long unixSeconds)
    {
        unixSeconds = 0;
        if (text.Length < 24) return false;
        if (text[3] == ',') return TryParseFixdate(text, out unixSeconds);
        return text[3] == ' '
            ? TryParseAsctime(text, out unixSeconds)
            : TryParseRfc850(text, nowUnixSeconds, out unixSeconds);
    }

    // "Sun, 06 Nov 1994 08:49:37 GMT"
    private static bool TryParseFixdate(ReadOnlySpan<byte> text, out long result)
    {
        result = 0;
        return text.Length == Length && IsDayName(text[..3]) && text[4] == ' ' && text[7] == ' ' && text[11] == ' '
            && text[16] == ' ' && text[25..].SequenceEqual(" GMT"u8)
            && TryDigits(text.Slice(5, 2), out var day) && TryMonth(text.Slice(8, 3), out var month)
            && TryDigits(text.Slice(12, 4), out var year)
            && TryCombine(year, month, day, text.Slice(17, 8), out result);
    }

    // "Sun Nov  6 08:49:37 1994"
    private static bool TryParseAsctime(ReadOnlySpan<byte> text, out long result)
    {
        result = 0;
        if (text.Length != 24 || !IsDayName(text[..3]) || text[7] != ' ' || text[10] != ' ' || text[19] != ' ')
            return false;
        var dayText = text[8] == ' ' ? text.Slice(9, 1) : text.Slice(8, 2);
        return TryMonth(text.Slice(4, 3), out var month) && TryDigits(dayText, out var day)
            && TryDigits(text.Slice(20, 4), out var year)
            && TryCombine(year, month, day, text.Slice(11, 8), out result);
    }

    // "Sunday, 06-Nov-94 08:49:37 GMT"
    private static bool TryParseRfc850(ReadOnlySpan<byte> text, long now, out long result)
    {
        result = 0;
        var comma = text.IndexOf((byte)',');
        if (comma < 0 || !IsLongDayName(text[..comma])) return false;
        var rest = text[(comma + 1)..];
        if (rest.Length != 23 || rest[0] != ' ' || rest[3] != '-' || rest[7] != '-' || rest[10] != ' '
            || !rest[19..].SequenceEqual(" GMT"u8)
            || !TryDigits(rest.Slice(1, 2), out var day) || !TryMonth(rest.Slice(4, 3), out var month)
            || !TryDigits(rest.Slice(8, 2), out var shortYear))
            return false;
        var thisYear = CivilFromDays(Math.Clamp(now, 0, LastSecond) / SecondsPerDay).Year;
        var year = thisYear - thisYear % 100 + shortYear;
        var isDate = TryCombine(year, month, day, rest.Slice(11, 8), out result);
        if (isDate && result <= now + FiftyYears) return true;
        // 29 February may exist in one century and not in the other.
        return TryCombine(year - 100, month, day, rest.Slice(11, 8), out result) || isDate;
    }

    private static bool TryCombine(int year, int month, int day, ReadOnlySpan<byte> time, out long result)
    {
        result = 0;
        if (time[2] != ':' || time[5] != ':' || !TryDigits(time[..2], out var hour)
            || !TryDigits(time.Slice(3, 2), out var minute) || !TryDigits(time.Slice(6, 2), out var second))
            return false;
        // A leap second (60) is within the grammar.
        if (year < 1 || hour > 23 || minute > 59 || second > 60 || day < 1 || day > DateTime.DaysInMonth(year, month))
            return false;
        result = DaysFromCivil(year, month, day) * SecondsPerDay + hour * 3600 + minute * 60 + second;
        return true;
    }

    private static bool TryDigits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (var b in text)
        {
            if (!Ascii.IsDigit(b)) return false;
            value = value * 10 + (b - '0');
        }
        return true;
    }

    private static bool TryMonth(ReadOnlySpan<byte> text, out int month)
    {
        for (month = 1; month <= 12; month++)
            if (text.SequenceEqual(MonthNames.Slice((month - 1) * 3, 3))) return true;
        return false;
    }

    private static bool IsDayName(ReadOnlySpan<byte> text)
    {
        for (var i = 0; i < 7; i++)
            if (text.SequenceEqual(DayNames.Slice(i * 3, 3))) return true;
        return false;
    }

    private static bool IsLongDayName(ReadOnlySpan<byte> text) =>
        text.SequenceEqual("Sunday"u8) || text.SequenceEqual("Monday"u8) || text.SequenceEqual("Tuesday"u8)
        || text.SequenceEqual("Wednesday"u8) || text.SequenceEqual("Thursday"u8) || text.SequenceEqual("Friday"u8)
        || text.SequenceEqual("Saturday"u8);

    private static long DaysFromCivil(int year, int month, int day) =>
        new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc).Ticks / TimeSpan.TicksPerDay - 719_162;

    private static (int Year, int Month, int Day) CivilFromDays(long days)
    {
        var date = DateTime.UnixEpoch.AddDays(days);
        return (date.Year, date.Month, date.Day);
    }

    private static void WriteTwo(int value, Span<byte> destination)
    {
        destination[0] = (byte)('0' + value / 10);
        destination[1] = (byte)('0' + value % 10);
    }
}

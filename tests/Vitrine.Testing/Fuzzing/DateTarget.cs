using System.Globalization;
using System.Text;
using Vitrine.Http.Text;

namespace Vitrine.Testing.Fuzzing;

/// <summary>A date: what is read can be written and read again, and what .NET reads is read alike.</summary>
internal static class DateTarget
{
    private const string Fixdate = "ddd, dd MMM yyyy HH:mm:ss 'GMT'";
    private const long Now = 1_795_600_000; // in November 2026

    public static void Run(ReadOnlySpan<byte> input)
    {
        var isRead = HttpDate.TryParse(input, Now, out var seconds);
        var text = Encoding.Latin1.GetString(input);
        // .NET does not know of leap seconds, wants the day's name to be right, and reads names in any case, which
        // RFC 9110 section 5.6.7 does not.
        if (DateTimeOffset.TryParseExact(
            text, Fixdate, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var known)
            && known.ToString(Fixdate, CultureInfo.InvariantCulture) == text)
            FuzzException.ThrowUnless(isRead && seconds == known.ToUnixTimeSeconds(), "it is read as .NET reads it");
        if (!isRead || seconds is < 0 or > 253_402_300_799) return;
        Span<byte> written = stackalloc byte[HttpDate.Length];
        HttpDate.Write(seconds, written);
        FuzzException.ThrowUnless(
            HttpDate.TryParse(written, Now, out var again) && again == seconds,
            "written and read again it is the same");
    }
}

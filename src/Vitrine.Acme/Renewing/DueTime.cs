using System.Security.Cryptography;
using Vitrine.Acme.State;

namespace Vitrine.Acme.Renewing;

/// <summary>When a certificate is renewed.</summary>
internal static class DueTime
{
    // Of its life: then a third is left; and not all that were issued at once come at once.
    private const double Latest = 2.0 / 3;
    private const double Spread = 0.05;

    /// <summary>When the authority said so, or else when a third of its life is left.</summary>
    public static DateTimeOffset Of(KeptCertificate certificate) =>
        certificate.Renewal?.Selected is { } selected && selected < certificate.NotAfter ? selected
        : certificate.NotBefore
            + (certificate.NotAfter - certificate.NotBefore) * (Latest - Spread * ShareOf(certificate.Serial.Span));

    /// <summary>A moment of a window, at random (RFC 9773 section 4.2).</summary>
    public static DateTimeOffset Draw(DateTimeOffset start, DateTimeOffset end) => end <= start ? start
        : start + (end - start) * Random.Shared.NextDouble();

    // Always the same for a certificate, and another for each: from 0 to 1.
    private static double ShareOf(ReadOnlySpan<byte> serial) => SHA256.HashData(serial)[0] / 255.0;
}

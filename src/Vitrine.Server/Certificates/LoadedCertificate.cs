using Vitrine.Net.Tls;

namespace Vitrine.Server.Certificates;

/// <summary>A certificate that was read, with what is to be known of it.</summary>
/// <param name="Files">Where it is from.</param>
/// <param name="Identity">What clients are answered with.</param>
/// <param name="NotBefore">From when on it holds.</param>
/// <param name="NotAfter">Until when.</param>
/// <param name="Doubts">What could be wrong with it, a sentence each.</param>
internal sealed record LoadedCertificate(
    CertificateFiles Files,
    TlsIdentity Identity,
    DateTimeOffset NotBefore,
    DateTimeOffset NotAfter,
    IReadOnlyList<string> Doubts)
{
    /// <summary>Whether it stands in for one that is still to be written.</summary>
    public bool IsStandIn { get; init; }

    /// <summary>The file that has the key.</summary>
    public string KeyFile => Files.Key ?? Files.Certificate;

    /// <summary>How many whole days are left; less than 0 once it is over.</summary>
    public int DaysLeft(DateTimeOffset now) => (int)Math.Floor((NotAfter - now).TotalDays);

    /// <summary>Whether it is the same, byte for byte.</summary>
    public bool IsSame(LoadedCertificate other) =>
        Identity.Chain.Count == other.Identity.Chain.Count
        && Identity.Chain.Zip(other.Identity.Chain).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second))
        && Identity.Key.AsSpan().SequenceEqual(other.Identity.Key);
}

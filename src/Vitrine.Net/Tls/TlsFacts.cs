namespace Vitrine.Net.Tls;

/// <summary>What a client and the server agreed on.</summary>
/// <param name="Version">As in <c>TLSv1.3</c>.</param>
/// <param name="Cipher">The cipher suite's name.</param>
/// <param name="Protocol">The protocol that was chosen (ALPN), or null.</param>
/// <param name="ServerName">The host that the client wanted to reach, or null.</param>
/// <param name="IsResumed">Whether it goes on with an earlier session.</param>
public sealed record TlsFacts(string Version, string Cipher, string? Protocol, string? ServerName, bool IsResumed)
{
    /// <summary>Whom the client's certificate names, or null.</summary>
    public string? ClientSubject { get; init; }
}

namespace Vitrine.Net.Tls;

/// <summary>The names of protocols in ALPN (RFC 7301, RFC 9113 section 3.1).</summary>
internal static class TlsProtocols
{
    public static ReadOnlySpan<byte> Http2 => "h2"u8;

    public static ReadOnlySpan<byte> Http11 => "http/1.1"u8;

    /// <summary>Nothing is spoken: the certificate proves that a name is ours (RFC 8737).</summary>
    public static ReadOnlySpan<byte> AcmeTls => "acme-tls/1"u8;
}

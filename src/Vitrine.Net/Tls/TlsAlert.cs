namespace Vitrine.Net.Tls;

/// <summary>Alerts that are sent before there is a session (RFC 8446 section 6).</summary>
public enum TlsAlert : byte
{
    /// <summary>A message that cannot be read.</summary>
    DecodeError = 50,

    /// <summary>There is no host of that name here (RFC 6066 section 3).</summary>
    UnrecognizedName = 112,
}

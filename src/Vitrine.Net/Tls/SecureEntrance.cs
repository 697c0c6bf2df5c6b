using Vitrine.Http.Protocols;

namespace Vitrine.Net.Tls;

/// <summary>By which way a connection over TLS came in.</summary>
internal sealed class SecureEntrance(TlsSession session) : Entrance(EntranceKind.Secure)
{
    /// <inheritdoc/>
    public override bool IsStrict { get; } = HostNames.IsPublic(session.ServerName);

    /// <inheritdoc/>
    public override bool IsFor(ReadOnlySpan<byte> authority) => session.IsFor(authority);
}

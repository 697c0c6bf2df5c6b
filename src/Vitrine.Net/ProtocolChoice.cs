using Vitrine.Http.Http1;
using Vitrine.Http.Http2;
using Vitrine.Http.Protocols;
using Vitrine.Net.Tls;

namespace Vitrine.Net;

/// <summary>Which protocol the connections of a worker speak, each by the first bytes that come on it.</summary>
internal sealed class ProtocolChoice(ProtocolContext context)
{
    private readonly Http2Context http2 = new(context);

    /// <summary>The protocol in which anybody can be told something.</summary>
    public IProtocol Usual(ReplyAddress address, Entrance entrance) => new Http1Protocol(context, address, entrance);

    /// <summary>The one that was agreed on over TLS (ALPN); who did not say anything speaks the usual one.</summary>
    public IProtocol Agreed(TlsSession session, ReplyAddress address, Entrance entrance) => session.IsHttp2
        ? new Http2Protocol(http2, address, entrance)
        : Usual(address, entrance);

    /// <summary>
    /// Chooses; null when there is too little to tell, and more may come. A client that knows that HTTP/2 is spoken
    /// begins with its preface (RFC 9113 section 3.3).
    /// </summary>
    public IProtocol? Choose(ReadOnlySpan<byte> firstBytes, bool ended, ReplyAddress address, Entrance entrance)
    {
        var preface = Http2Protocol.Preface;
        if (!preface.StartsWith(firstBytes[..Math.Min(firstBytes.Length, preface.Length)]))
            return Usual(address, entrance);
        if (firstBytes.Length >= preface.Length) return new Http2Protocol(http2, address, entrance);
        return ended ? Usual(address, entrance) : null;
    }
}

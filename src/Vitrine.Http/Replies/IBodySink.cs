namespace Vitrine.Http.Replies;

/// <summary>
/// Where the body of a request goes (RFC 9110 section 6.4), in the order in which it comes, without the framing. Owned
/// by one connection.
/// </summary>
public interface IBodySink
{
    /// <summary>
    /// Takes the next bytes, all of them. Null when more may come at once; else what is waited for before more is asked
    /// for: with HTTP/2 up to 64 KB may be on their way, and still come.
    /// </summary>
    PendingReply? Accept(ReadOnlySpan<byte> bytes);

    /// <summary>All of it came; then the request is answered.</summary>
    void Finish();

    /// <summary>The rest never comes: it was malformed, too long or late, or the connection is gone.</summary>
    void Abandon();
}

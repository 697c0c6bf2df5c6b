using Vitrine.Http.Head;

namespace Vitrine.Http.Replies;

/// <summary>
/// Where in the output one reply ends, with what a log says of it. The request's head is lent for one call
/// only, so its words are copied here, cut to a length that a log line can bear.
/// </summary>
public sealed class ReplyMark
{
    private const int MostBytes = 1024;

    private byte[] text = [];
    private int requestLength;
    private int refererLength;
    private int agentLength;

    /// <summary>The reply's status.</summary>
    public Status Status { get; internal set; }

    /// <summary>When the request's first byte was seen, in the microseconds of the worker's clock.</summary>
    public long StartedUs { get; internal set; }

    /// <summary>Bytes of the reply's head.</summary>
    public long HeadBytes { get; internal set; }

    /// <summary>Bytes of the reply's body.</summary>
    public long BodyBytes { get; internal set; }

    /// <summary>The output's running number of the reply's last byte.</summary>
    internal long End { get; set; }

    /// <summary>The request line as it was sent, or empty when there was none.</summary>
    public ReadOnlySpan<byte> RequestLine => text.AsSpan(0, requestLength);

    /// <summary>The Referer field, or empty.</summary>
    public ReadOnlySpan<byte> Referer => text.AsSpan(requestLength, refererLength);

    /// <summary>The User-Agent field, or empty.</summary>
    public ReadOnlySpan<byte> UserAgent => text.AsSpan(requestLength + refererLength, agentLength);

    internal void Describe(in RequestHead head) =>
        Describe(head.RequestLine, head.First(HeaderId.Referer), head.First(HeaderId.UserAgent));

    internal void Describe(ReadOnlySpan<byte> requestLine, ReadOnlySpan<byte> referer, ReadOnlySpan<byte> agent)
    {
        requestLength = Math.Min(requestLine.Length, MostBytes);
        refererLength = Math.Min(referer.Length, MostBytes);
        agentLength = Math.Min(agent.Length, MostBytes);
        var length = requestLength + refererLength + agentLength;
        if (text.Length < length) text = new byte[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)length)];
        requestLine[..requestLength].CopyTo(text);
        referer[..refererLength].CopyTo(text.AsSpan(requestLength));
        agent[..agentLength].CopyTo(text.AsSpan(requestLength + refererLength));
    }
}

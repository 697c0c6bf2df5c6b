namespace Vitrine.Http.Http2.Frames;

/// <summary>Why nothing more can be read on a connection (RFC 9113 section 5.4.1).</summary>
/// <param name="Code">What the peer is told.</param>
/// <param name="Explanation">The same as a sentence, for people; with its source.</param>
internal sealed record ConnectionError(ErrorCode Code, string Explanation);

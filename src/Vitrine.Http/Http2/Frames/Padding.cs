namespace Vitrine.Http.Http2.Frames;

/// <summary>Bytes that say nothing, at the end of DATA and HEADERS (RFC 9113 section 6.1).</summary>
internal static class Padding
{
    /// <summary>Takes them off, with their length in front; false when they are as long as the frame.</summary>
    public static bool TryRemove(in FrameHeader frame, ref ReadOnlySpan<byte> payload)
    {
        if (!frame.Has(FrameFlags.Padded)) return true;
        if (payload.IsEmpty || payload[0] >= payload.Length) return false;
        payload = payload[1..^payload[0]];
        return true;
    }
}

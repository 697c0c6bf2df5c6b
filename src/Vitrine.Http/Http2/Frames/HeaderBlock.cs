namespace Vitrine.Http.Http2.Frames;

/// <summary>A head as it comes: HEADERS, and as many CONTINUATION as it takes (RFC 9113 sections 6.2, 6.10).</summary>
internal static class HeaderBlock
{
    /// <summary>The most bytes that it can have.</summary>
    public static int MostBytes(Limits limits) => Math.Max(limits.HeadBytes, FrameHeader.MostPayload);

    /// <summary>
    /// Puts the block together, in <paramref name="scratch"/> where it is in pieces. Nothing is taken if it is not all
    /// there.
    /// </summary>
    public static ConnectionError? TryGather(
        ReadOnlySpan<byte> input, Limits limits, Span<byte> scratch, out ReadOnlySpan<byte> block, out int taken)
    {
        block = default;
        taken = 0;
        var frame = FrameHeader.Read(input);
        if (frame.StreamId == 0) return ConnectionErrors.WrongStream;
        var at = FrameHeader.Bytes + frame.Length;
        if (input.Length < at) return null;
        block = input[FrameHeader.Bytes..at];
        if (!Padding.TryRemove(frame, ref block)) return ConnectionErrors.BadPadding;
        if (frame.Has(FrameFlags.Priority))
        {
            if (block.Length < OldPriority.Bytes) return ConnectionErrors.WrongLength;
            if (OldPriority.DependsOn(block) == frame.StreamId) return ConnectionErrors.DependsOnItself;
            block = block[OldPriority.Bytes..];
        }
        if (!frame.Has(FrameFlags.EndHeaders))
            return TryGatherRest(input, at, frame.StreamId, limits, scratch, ref block, out taken);
        taken = at;
        return null;
    }

    private static ConnectionError? TryGatherRest(
        ReadOnlySpan<byte> input,
        int at,
        int streamId,
        Limits limits,
        Span<byte> scratch,
        ref ReadOnlySpan<byte> block,
        out int taken)
    {
        taken = 0;
        block.CopyTo(scratch);
        var length = block.Length;
        for (var frames = 2; ; frames++)
        {
            if (input.Length - at < FrameHeader.Bytes) return null;
            var frame = FrameHeader.Read(input[at..]);
            if (frame.Type != FrameType.Continuation || frame.StreamId != streamId)
                return ConnectionErrors.LostContinuation;
            // One without anything in it takes the place of two.
            if (frame.Length == 0) frames++;
            if (frames > limits.HeadFrames || length + frame.Length > MostBytes(limits))
                return ConnectionErrors.HeadTooLong;
            if (frame.Length > FrameHeader.MostPayload) return ConnectionErrors.FrameTooLong;
            at += FrameHeader.Bytes;
            if (input.Length - at < frame.Length) return null;
            input.Slice(at, frame.Length).CopyTo(scratch[length..]);
            at += frame.Length;
            length += frame.Length;
            if (!frame.Has(FrameFlags.EndHeaders)) continue;
            block = scratch[..length];
            taken = at;
            return null;
        }
    }
}

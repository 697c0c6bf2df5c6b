namespace Vitrine.Http.Http2.Frames;

/// <summary>The flags of frames (RFC 9113 section 6); what one means depends on the frame's type.</summary>
[Flags]
internal enum FrameFlags : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Of SETTINGS and PING: it answers one.</summary>
    Ack = 1,

#pragma warning disable CA1069 // that is how it is in the specification
    /// <summary>Of DATA and HEADERS: nothing more comes from this end.</summary>
    EndStream = 1,
#pragma warning restore CA1069

    /// <summary>Of HEADERS and CONTINUATION: the head is complete.</summary>
    EndHeaders = 4,

    /// <summary>Of DATA and HEADERS: padding follows, and its length stands in front.</summary>
    Padded = 8,

    /// <summary>Of HEADERS: five bytes of the old priorities stand in front.</summary>
    Priority = 0x20,
}

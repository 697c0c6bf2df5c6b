namespace Vitrine.Http.Http2.Frames;

/// <summary>What can be set (RFC 9113 section 6.5.2, RFC 9218 section 2.1). Others are passed over.</summary>
internal enum SettingId : ushort
{
    /// <summary>Most bytes of the table of fields.</summary>
    HeaderTableSize = 1,

    /// <summary>Whether a server may push.</summary>
    EnablePush = 2,

    /// <summary>Most streams at a time.</summary>
    MaxConcurrentStreams = 3,

    /// <summary>The window that a stream begins with.</summary>
    InitialWindowSize = 4,

    /// <summary>Most bytes in a frame.</summary>
    MaxFrameSize = 5,

    /// <summary>Most bytes of a head's fields.</summary>
    MaxHeaderListSize = 6,

    /// <summary>Whether the old priorities are not used.</summary>
    NoRfc7540Priorities = 9,
}

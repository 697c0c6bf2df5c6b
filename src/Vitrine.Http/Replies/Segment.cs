namespace Vitrine.Http.Replies;

/// <summary>
/// A stretch of output: bytes of the queue's own buffer or of shared, immutable memory, or a window of an
/// open file.
/// </summary>
public struct Segment
{
    /// <summary>The memory, or null for a file.</summary>
    public PinnedBytes? Memory { get; internal set; }

    /// <summary>The file, or null for memory.</summary>
    public OpenFile? File { get; internal set; }

    /// <summary>True when it is of a body and nothing else.</summary>
    public bool IsBody { get; internal set; }

    /// <summary>The first byte not yet sent: a position in the memory or the file.</summary>
    public long Position { get; internal set; }

    /// <summary>How many bytes are left.</summary>
    public long Length { get; internal set; }

    /// <summary>Takes a share of the memory or the file, besides one that somebody holds.</summary>
    internal readonly void Acquire()
    {
        Memory?.Acquire();
        File?.Acquire();
    }

    /// <summary>Gives back its share of the memory or the file.</summary>
    internal readonly void Release()
    {
        Memory?.Release();
        File?.Release();
    }

    /// <summary>The bytes left of a segment in memory.</summary>
    public readonly ReadOnlySpan<byte> Span => Memory!.Span.Slice((int)Position, (int)Length);
}

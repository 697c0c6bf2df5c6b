using Vitrine.Http.Head;
using Vitrine.Http.Text;

namespace Vitrine.Http.Replies;

/// <summary>
/// The answer to one request: a status, a representation, and what of it is sent, with a share of the memory or the
/// file that the body is in. Or a promise of one, when finding out would block.
/// </summary>
public readonly struct Reply
{
    private Reply(Status status, Representation? content, ByteRange window, ByteRange[]? windows, PendingReply? pending)
    {
        Status = status;
        Content = content;
        Window = window;
        Windows = windows;
        Pending = pending;
        File = content?.File;
    }

    /// <summary>The status.</summary>
    public Status Status { get; }

    /// <summary>The representation; never null when the reply is ready.</summary>
    public Representation? Content { get; }

    /// <summary>The one range of a 206.</summary>
    public ByteRange Window { get; }

    /// <summary>The several ranges of a 206, or null.</summary>
    public ByteRange[]? Windows { get; }

    /// <summary>The open file that the body is sent from, if it is not in memory.</summary>
    public OpenFile? File { get; private init; }

    /// <summary>Not null when the reply is not ready yet.</summary>
    public PendingReply? Pending { get; }

    /// <summary>True when the bytes of its body that are to be sent are at the start of the room that there was for
    /// them.</summary>
    public bool IsInRoom { get; private init; }

    /// <summary>What of the representation is sent, unless that is nothing or several ranges.</summary>
    public ByteRange Sent => Status == Status.PartialContent ? Window : new ByteRange(0, Content!.Length);

    /// <summary>The same, with its body from a file that was opened for this reply alone.</summary>
    public Reply From(OpenFile file) => this with { File = file };

    /// <summary>The same, with what is sent of its body in the room that there was for it.</summary>
    public Reply FromRoom() => this with { File = null, IsInRoom = true };

    /// <summary>Gives back its share of what the body is in. For who has it, once.</summary>
    public void Release()
    {
        if (File is { } file) file.Release();
        else Content?.Body?.Release();
    }

    /// <summary>The whole representation.</summary>
    public static Reply Whole(Status status, Representation content) => new(status, content, default, null, null);

    /// <summary>One range of it: 206.</summary>
    public static Reply Range(Representation content, ByteRange window) =>
        new(Status.PartialContent, content, window, null, null);

    /// <summary>Several ranges of it: 206 as multipart/byteranges.</summary>
    public static Reply Ranges(Representation content, ByteRange[] windows) =>
        new(Status.PartialContent, content, default, windows, null);

    /// <summary>304: the client has it already.</summary>
    public static Reply NotModified(Representation content) => new(Status.NotModified, content, default, null, null);

    /// <summary>Not ready: ask again with <paramref name="pending"/> once it is done.</summary>
    public static Reply NotReady(PendingReply pending) => new(default, null, default, null, pending);
}

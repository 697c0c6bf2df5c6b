using Vitrine.Http.Head;
using Vitrine.Http.Replies;
using Vitrine.Http.Text;
using Vitrine.Site.Cache;
using Vitrine.Site.Content;
using Vitrine.Site.Origins;

namespace Vitrine.Site.Answering;

/// <summary>
/// Bodies that are not in memory: those of files that are kept open, and those that are opened again by name for each
/// reply. Either way the bytes go with the tag: what they come from is looked at after they were read.
/// </summary>
internal sealed class Bodies(IOrigin origin, Representations representations)
{
    private const int MostReadOfCopy = 12 * 1024;

    private readonly Action giveBack = representations.GiveBack;

    /// <summary>
    /// Takes a share of the reply's body for it. What is sent from the disk is read into the room if it fits, else it
    /// comes from an open file. False when the body is gone or has changed meanwhile, or would block.
    /// </summary>
    public bool TryTake(in RequestHead head, Outcome outcome, Span<byte> room, ref Reply reply) =>
        reply.Content!.Body is { } body
            ? body.TryAcquire()
            : reply.File is { } shared
            ? shared.TryAcquire() && (shared.IsPrivate
                ? TakeCopy(shared, head, room, ref reply)
                : TryTakeFrom(shared, head, room, mayBlock: true, ref reply))
            : TryReopen(head, outcome, room, ref reply);

    /// <summary>Whether the reply has a body to be sent.</summary>
    public static bool IsBodySent(in RequestHead head, in Reply reply) =>
        head.Method == Method.Get && reply.Status is Status.Ok or Status.PartialContent;

    // The body was left on the disk, if there is one.
    private bool TryReopen(in RequestHead head, Outcome outcome, Span<byte> room, ref Reply reply)
    {
        if (!IsBodySent(head, reply) || reply.Content!.Length == 0) return true;
        var window = reply.Sent;
        var (path, facts) = (outcome.Evidence!.FileName, outcome.Evidence.Facts);
        if (reply.Windows is null && window.Length <= room.Length)
        {
            reply = reply.FromRoom();
            return origin.TryReadCached(path, facts, window.Start, room[..(int)window.Length]);
        }
        if (!representations.TryLend()) return false;
        if (origin.TryReopenFile(path, facts, out var file) != OpenError.None)
        {
            representations.GiveBack();
            return false;
        }
        file!.WhenClosed = giveBack;
        return TryTakeFrom(file, head, room, mayBlock: false, ref reply);
    }

    // What is short is sent with its head: the second call would take longer than to copy it.
    private static bool TakeCopy(OpenFile copy, in RequestHead head, Span<byte> room, ref Reply reply)
    {
        var window = reply.Sent;
        var isRead = reply.Windows is null && IsBodySent(head, reply)
            && window.Length <= Math.Min(room.Length, MostReadOfCopy)
            && copy.ReadCached(window.Start, room[..(int)window.Length]) == window.Length;
        reply = isRead ? reply.FromRoom() : reply.From(copy);
        if (isRead) copy.Release();
        return true;
    }

    // Has the reply's bytes from an open file, of which it takes over a share: read at once if they fit, and else from
    // the file when they are sent. False when it is not what it was, or to send it would block.
    private static bool TryTakeFrom(
        OpenFile file, in RequestHead head, Span<byte> room, bool mayBlock, ref Reply reply)
    {
        var window = reply.Sent;
        var windows = reply.Windows is { } several ? several : new ReadOnlySpan<ByteRange>(in window);
        var isSent = IsBodySent(head, reply);
        var fits = isSent && reply.Windows is null && window.Length <= room.Length;
        var isRead = fits && file.ReadCached(window.Start, room[..(int)window.Length]) == window.Length;
        var isReady = isRead || !isSent || mayBlock
            || (!fits && AreCached(file, windows));
        if (isReady && ((FolderFile)file).IsAsOpened())
        {
            reply = isRead ? reply.FromRoom() : reply.From(file);
            if (isRead) file.Release();
            return true;
        }
        file.Release();
        return false;
    }

    // Whether windows that do not fit the room can probably be sent without waiting for the disk.
    private static bool AreCached(OpenFile file, ReadOnlySpan<ByteRange> windows)
    {
        Span<byte> one = stackalloc byte[1];
        foreach (var window in windows)
            if (file.ReadCached(window.Start, one) != 1 || file.ReadCached(window.End - 1, one) != 1) return false;
        return true;
    }
}

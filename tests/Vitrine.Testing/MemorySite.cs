using System.Text;
using Vitrine.Http.Head;
using Vitrine.Http.Replies;
using Vitrine.Http.Text;

namespace Vitrine.Testing;

/// <summary>
/// A site without a disk, so that the message and the wire can be tested alone: <c>/hello</c>, <c>/empty</c>,
/// <c>/big</c> (300 KB), <c>/file</c> (300 KB from an open file), <c>/echo/...</c> (its own path),
/// <c>/room</c> (9 KB that are put where the output has room for them), <c>/wide</c> (the same behind a long
/// head), <c>/later/...</c> (its own path, after a while). Everything else is 404.
/// </summary>
public sealed class MemorySite : IResponder
{
    private const int BigBytes = 300_000;
    private const int RoomBytes = 9_000;

    private static readonly byte[] Pattern = MakePattern();

    private readonly Representation hello = Make("hello, world\n"u8.ToArray(), "\"hello\"");
    private readonly Representation empty = Make([], "\"empty\"");
    private readonly Representation big = Make(Pattern, "\"big\"");
    private readonly Representation onDisk = Make(Pattern[..RoomBytes], "\"room\"");
    private readonly Representation wide = Representation.InMemory(
        PinnedBytes.Copy(Pattern.AsSpan(0, RoomBytes)),
        "text/plain",
        new Metadata("\"wide\"", null, new FieldSet { { "X-Wide", new string('w', 2_000) } }));
    private readonly Representation options = Representation.Empty(
        new FieldSet { { "Allow", "GET, HEAD, OPTIONS" } });

    public MemorySite()
    {
        File = new MemoryFile(Pattern);
        InFile = Representation.InFile(File, BigBytes, "text/plain", new Metadata("\"file\"", null, null));
    }

    /// <summary>The open file behind <c>/file</c>.</summary>
    public MemoryFile File { get; }

    /// <summary>When false, <c>/later</c> is answered at once: for an oracle.</summary>
    public bool Defers { get; init; } = true;

    /// <summary>Replies that somebody waits for.</summary>
    public List<Later> Waiting { get; } = [];

    private Representation InFile { get; }

    public Reply Respond(in RequestHead head, PendingReply? done, long nowUnixSeconds, Span<byte> room)
    {
        if (head.Method == Method.Options) return Reply.Whole(Status.NoContent, options);
        if (head.Method == Method.Unknown) return Refuse(Status.NotImplemented);
        if (head.Method is not (Method.Get or Method.Head)) return Refuse(Status.MethodNotAllowed);
        var path = head.Path;
        if (path.StartsWith("/later/"u8) && Defers && done is null)
        {
            var later = new Later();
            Waiting.Add(later);
            return Reply.NotReady(later);
        }
        if (path.StartsWith("/later/"u8) || path.StartsWith("/echo/"u8))
            return Reply.Whole(Status.Ok, Make(path.ToArray(), ""));
        if (path.SequenceEqual("/empty"u8)) return Reply.Whole(Status.Ok, empty);
        if (path.SequenceEqual("/file"u8))
        {
            File.Acquire();
            return Reply.Whole(Status.Ok, InFile);
        }
        if (path.SequenceEqual("/room"u8)) return Select(head, onDisk, room);
        if (path.SequenceEqual("/wide"u8)) return Select(head, wide, room);
        if (path.SequenceEqual("/big"u8)) return Select(head, big);
        return path.SequenceEqual("/hello"u8) ? Select(head, hello) : Refuse(Status.NotFound);
    }

    public Representation ErrorPage(Status status, string explanation) =>
        Make(Encoding.ASCII.GetBytes(explanation + "\n"), "");

    // Its bytes come into the room, if there is enough of it.
    private static Reply Select(in RequestHead head, Representation content, Span<byte> room)
    {
        var reply = Select(head, content);
        var window = reply.Sent;
        if (reply.Windows is not null || window.Length > room.Length || head.Method != Method.Get) return reply;
        content.Body!.Span.Slice((int)window.Start, (int)window.Length).CopyTo(room);
        return reply.FromRoom();
    }

    private static Reply Select(in RequestHead head, Representation content)
    {
        Span<ByteRange> ranges = stackalloc ByteRange[16];
        if (head.Method != Method.Get || !head.TryGetSingle(HeaderId.Range, out var field))
            return Reply.Whole(Status.Ok, content);
        return RangeSet.Resolve(field, content.Length, ranges, out var count) != RangeOutcome.Satisfiable
            ? Reply.Whole(Status.Ok, content)
            : count == 1 ? Reply.Range(content, ranges[0]) : Reply.Ranges(content, ranges[..count].ToArray());
    }

    private static Representation Make(byte[] body, string tag) => Representation.InMemory(
        PinnedBytes.Copy(body), "text/plain", new Metadata(tag.Length == 0 ? null : tag, null, null));

    private static byte[] MakePattern()
    {
        var bytes = new byte[BigBytes];
        for (var i = 0; i < BigBytes; i++) bytes[i] = (byte)('a' + (i * 7 + i / 251) % 26);
        return bytes;
    }

    private Reply Refuse(Status status) => Reply.Whole(status, ErrorPage(status, status.ToString()));

    /// <summary>A reply that is done when the test says so.</summary>
    public sealed class Later : PendingReply
    {
        private (IInbox Inbox, long Token)? subscriber;
        private bool isDone;

        public override bool IsDone => isDone;

        public bool IsAbandoned { get; private set; }

        public override void Abandon() => IsAbandoned = true;

        public override void Subscribe(IInbox inbox, long token)
        {
            if (isDone) inbox.Post(token);
            else subscriber = (inbox, token);
        }

        public void Finish()
        {
            isDone = true;
            if (subscriber is { } waiting) waiting.Inbox.Post(waiting.Token);
        }
    }
}

/// <summary>A file that is none: it counts its shares.</summary>
public sealed class MemoryFile(byte[] content) : OpenFile
{
    public bool IsClosed { get; private set; }

    public bool HasChanged { get; set; }

    public override System.Runtime.InteropServices.SafeHandle Handle =>
        throw new NotSupportedException("This file has no descriptor.");

    public override bool IsUnchanged() => !HasChanged;

    public override int Read(long position, Span<byte> destination)
    {
        var count = (int)Math.Clamp(content.Length - position, 0, destination.Length);
        content.AsSpan((int)position, count).CopyTo(destination);
        return count;
    }

    public override int ReadCached(long position, Span<byte> destination) => Read(position, destination);

    protected override void Close() => IsClosed = true;
}

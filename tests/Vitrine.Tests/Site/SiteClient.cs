using System.Text;
using Vitrine.Http;
using Vitrine.Http.Replies;
using Vitrine.Site;
using Vitrine.Site.Content;
using Vitrine.Site.Loading;
using Vitrine.Site.Looking;
using Vitrine.Tests.Http.Head;

namespace Vitrine.Tests.Site;

/// <summary>Asks a site as a connection does, pending replies included.</summary>
internal sealed class SiteClient(FolderSite site, int roomBytes = OutputQueue.BodyRoomBytes)
{
    /// <summary>Limits under which every request looks at the disk anew.</summary>
    public static Limits AlwaysFresh { get; } = new() { FreshnessMs = 0 };

    /// <summary>Limits under which what is in the cache is never looked at again.</summary>
    public static Limits NeverFresh { get; } = new() { FreshnessMs = int.MaxValue };

    public static FolderSite Open(TemporaryFolder folder, Limits? limits = null, bool listing = true) =>
        new(new SiteOptions(folder.Root, listing, limits ?? AlwaysFresh));

    /// <summary>The same, which takes whatever lies beside a file for whole.</summary>
    public static FolderSite OpenBelieving(TemporaryFolder folder, Limits? limits = null) =>
        new(
            new SiteOptions(folder.Root, true, limits ?? AlwaysFresh),
            FolderOrigin.Open(folder.Root),
            SiteClock.System,
            Loader.ThreadCount,
            Believing);

    /// <summary>Takes each file for one in the coding of its name.</summary>
    public static EncodedFiles Believing => new(null, (_, _, _, _) => new EncodedFile.Content(-1, null));

    /// <summary>Whether it is as one that does not take what it is sent.</summary>
    public bool HoldsReplies { get; init; }

    public SiteAnswer Get(string target, params string[] fields) =>
        Ask([$"GET {target} HTTP/1.1", "Host: a.example", .. fields]);

    public SiteAnswer Ask(params string[] lines)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var room = new byte[roomBytes];
        var reply = site.Respond(Heads.Parse(lines), null, now, room);
        var wasPending = false;
        if (reply.Pending is { } pending)
        {
            wasPending = true;
            using var inbox = new Inbox();
            pending.Subscribe(inbox, 7);
            inbox.Wait();
            reply = site.Respond(Heads.Parse(lines), pending, now, room);
            Assert.Null(reply.Pending);
        }
        var content = reply.Content!;
        var answer = new SiteAnswer(
            reply,
            wasPending,
            (int)reply.Status,
            Encoding.ASCII.GetString(content.Fields.All),
            TextOf(reply, room));
        if (!HoldsReplies) reply.Release();
        return answer;
    }

    private static string TextOf(in Reply reply, ReadOnlySpan<byte> room)
    {
        var content = reply.Content!;
        var sent = reply.Sent;
        if (reply.IsInRoom) return Encoding.UTF8.GetString(room[..(int)sent.Length]);
        if (content.Body is { } body)
            return Encoding.UTF8.GetString(body.Span.Slice((int)sent.Start, (int)sent.Length));
        if (reply.File is not { } file) return "";
        Assert.True(file.IsUnchanged());
        var bytes = new byte[(int)sent.Length];
        Assert.Equal(bytes.Length, file.Read(sent.Start, bytes));
        return Encoding.UTF8.GetString(bytes);
    }

    private sealed class Inbox : IInbox, IDisposable
    {
        private readonly ManualResetEventSlim posted = new();

        public void Post(long token)
        {
            Assert.Equal(7, token);
            posted.Set();
        }

        public void Wait() => Assert.True(posted.Wait(TimeSpan.FromSeconds(30)), "The reply stays pending.");

        public void Dispose() => posted.Dispose();
    }
}

/// <summary>What a site answered.</summary>
internal sealed record SiteAnswer(Reply Reply, bool WasPending, int Status, string Fields, string Text)
{
    public bool IsFromDisk => Reply.IsInRoom || Reply.File is not null;

    public string Tag => Encoding.ASCII.GetString(Reply.Content!.EntityTag);

    /// <summary>The value of a field of the representation, or null.</summary>
    public string? Field(string name)
    {
        var start = Fields.IndexOf(name + ": ", StringComparison.Ordinal);
        if (start < 0) return null;
        start += name.Length + 2;
        return Fields[start..Fields.IndexOf("\r\n", start, StringComparison.Ordinal)];
    }
}

using Vitrine.Http.Head;
using Vitrine.Http.Replies;
using Vitrine.Server;
using Vitrine.Tests.Http.Head;

namespace Vitrine.Tests.Server;

public class ServedSiteTests
{
    [Fact]
    public void What_was_begun_with_one_is_finished_with_it_whoever_took_its_place()
    {
        var (old, next) = (new Site(isPending: true), new Site(isPending: false));
        var served = new ServedSite(old);
        var promise = served.Respond(Heads.Get("/"), null, 0, []).Pending!;
        served.Swap(next);
        Assert.Same(next.Page, served.Respond(Heads.Get("/"), null, 0, []).Content);
        Assert.Same(next.Page, served.ErrorPage(Status.NotFound, ""));
        Assert.Same(old.Page, served.Respond(Heads.Get("/"), promise, 0, []).Content);
    }

    private sealed class Site(bool isPending) : IResponder
    {
        public Representation Page { get; } = Representation.InMemory(PinnedBytes.Copy("a"u8), "text/plain");

        public Reply Respond(in RequestHead head, PendingReply? done, long nowUnixSeconds, Span<byte> room) =>
            isPending && done is null ? Reply.NotReady(new Promise()) : Reply.Whole(Status.Ok, Page);

        public Representation ErrorPage(Status status, string explanation) => Page;
    }

    private sealed class Promise : PendingReply
    {
        public override bool IsDone => true;

        public override void Subscribe(IInbox inbox, long token) => inbox.Post(token);
    }
}

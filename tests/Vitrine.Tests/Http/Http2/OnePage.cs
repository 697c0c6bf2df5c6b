using Vitrine.Http.Head;
using Vitrine.Http.Replies;

namespace Vitrine.Tests.Http.Http2;

/// <summary>A site with one page, which notes the fields of requests.</summary>
internal sealed class OnePage(FieldSet? fields = null, string mediaType = "text/plain", int length = 4) : IResponder
{
    private readonly Representation page = Representation.InMemory(
        new PinnedBytes(length), mediaType, new Metadata(null, null, fields));

    public List<string> Fields { get; } = [];

    public Reply Respond(in RequestHead head, PendingReply? done, long nowUnixSeconds, Span<byte> room)
    {
        foreach (ref readonly var field in head.Fields)
            Fields.Add($"{Latin.Text(head[field.Name])}: {Latin.Text(head[field.Value])}");
        return Reply.Whole(Status.Ok, page);
    }

    public Representation ErrorPage(Status status, string explanation) => page;
}

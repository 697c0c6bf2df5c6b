using BenchmarkDotNet.Attributes;
using Vitrine.Http;
using Vitrine.Http.Head;
using Vitrine.Http.Http1;
using Vitrine.Http.Protocols;
using Vitrine.Http.Replies;
using Vitrine.Http.Text;

namespace Vitrine.Micro;

/// <summary>From a reply to a head and a body in the output.</summary>
[MemoryDiagnoser]
public class ReplyWriterBenchmarks
{
    private readonly OutputQueue output = new();
    private readonly ProtocolContext context = new(new Nobody(), new Limits(), serverHeader: true, "boundary");
    private readonly Representation page = Make(783);
    private readonly Representation large = Make(100_000);

    [Benchmark]
    public long Page() => Write(Reply.Whole(Status.Ok, page));

    [Benchmark]
    public long LargeBody() => Write(Reply.Whole(Status.Ok, large));

    [Benchmark]
    public long OneRange() => Write(Reply.Range(large, new ByteRange(50_000, 1_000)));

    [Benchmark]
    public long NotModified() => Write(Reply.NotModified(page));

    private static Representation Make(int length) => Representation.InMemory(
        new PinnedBytes(length),
        "text/html; charset=utf-8",
        new Metadata("\"AAAAAAAAAAAAAAAAAAAAAA\"", 784_111_777, null));

    private long Write(in Reply reply)
    {
        output.Clear();
        return Http1ReplyWriter.Write(
            output, reply, headOnly: false, Http1ReplyWriter.Persistence.Implied, context, entrance: null);
    }

    private sealed class Nobody : IResponder
    {
        public Reply Respond(in RequestHead head, PendingReply? done, long nowUnixSeconds, Span<byte> room) => default;

        public Representation ErrorPage(Status status, string explanation) => throw new NotSupportedException();
    }
}

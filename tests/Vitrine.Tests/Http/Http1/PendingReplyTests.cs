using System.Text;
using Vitrine.Http.Head;
using Vitrine.Http.Http1;
using Vitrine.Http.Protocols;
using Vitrine.Http.Replies;

namespace Vitrine.Tests.Http.Http1;

public class PendingReplyTests
{
    [Fact]
    public void A_reply_that_is_not_done_in_time_is_503_and_ends_the_connection()
    {
        var context = ProtocolRun.Context(new MemorySite());
        var protocol = new Http1Protocol(context, QuietInbox.Address);
        var output = new OutputQueue();
        var request = "GET /later/a HTTP/1.1\r\nHost: a\r\n\r\n"u8;
        Assert.Equal(Want.Wait, protocol.Consume(request, ended: false, output, out _));
        Assert.True(output.IsEmpty);
        Assert.Equal(Want.Linger, protocol.Expire(output));
        var text = Encoding.ASCII.GetString(output[0].Span);
        Assert.StartsWith("HTTP/1.1 503 ", text, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", text, StringComparison.Ordinal);
        var refusal = protocol.TakeRefusal(out _);
        Assert.Equal(Status.ServiceUnavailable, refusal!.Value.Status);
        Assert.Contains("too long", refusal.Value.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_time_for_a_reply_begins_with_its_request_s_end()
    {
        var context = ProtocolRun.Context(new MemorySite());
        var protocol = new Http1Protocol(context, QuietInbox.Address);
        var output = new OutputQueue();
        var request = "GET /later/a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n"u8;
        Assert.Equal(Want.Read, protocol.Consume(request, ended: false, output, out _));
        context.SetTime(20_000, ProtocolRun.UnixSeconds + 20);
        Assert.Equal(Want.Wait, protocol.Consume("x"u8, ended: false, output, out _));
        Assert.Equal(20_000, protocol.PhaseStartedMs);
    }
}

using Vitrine.Http;
using Vitrine.Net;

namespace Vitrine.Tests.Net;

/// <summary>Whose turn it is, when one connection has much to send and another asks for little.</summary>
public sealed class TurnTests
{
    private const int Long = 1;
    private const int Short = 2;
    private const int AlsoLong = 3;

    [Fact]
    public void Between_two_turns_of_a_long_reply_others_are_looked_for()
    {
        var wire = new ScriptedWire(sentAtOnce: 1_000);
        using var worker = Make(wire);
        wire.Request(Long, "/file");
        wire.Request(AlsoLong, "/file");
        for (var i = 0; i < 3; i++) worker.Step(0); // until both heads are sent
        wire.Log.Clear();
        for (var i = 0; i < 4; i++) worker.Step(0);
        Assert.Equal(["wait", "send 3", "wait", "send 1", "wait", "send 3", "wait", "send 1"], wire.Log);

        wire.Log.Clear();
        wire.Request(Short, "/hello");
        worker.Step(0);
        Assert.Equal(["wait", "receive 2", "send 2", "send 3"], wire.Log);
    }

    [Fact]
    public void Nobody_sends_again_before_he_is_told_that_there_is_room()
    {
        var wire = new ScriptedWire(sentAtOnce: 1_000) { IsFull = true };
        using var worker = Make(wire);
        wire.Request(Long, "/file");
        for (var i = 0; i < 5; i++) worker.Step(0);
        Assert.Equal(1, wire.Log.Count(entry => entry == "send 1"));
        wire.Ready.Enqueue(new TransportEvent(wire.Tokens[Long], Readiness.Writable));
        for (var i = 0; i < 5; i++) worker.Step(0);
        Assert.Equal(2, wire.Log.Count(entry => entry == "send 1"));
        wire.IsFull = false; // the control
        wire.Ready.Enqueue(new TransportEvent(wire.Tokens[Long], Readiness.Writable));
        for (var i = 0; i < 5; i++) worker.Step(0);
        Assert.Equal(7, wire.Log.Count(entry => entry == "send 1"));
    }

    // Or one who is ready all the time would have his turn and the next one's too.
    [Fact]
    public void Who_waits_for_his_turn_does_not_get_another_by_an_event()
    {
        var wire = new ScriptedWire(sentAtOnce: 1_000);
        using var worker = Make(wire);
        wire.Request(Long, "/file");
        wire.Request(AlsoLong, "/file");
        for (var i = 0; i < 3; i++) worker.Step(0); // until both heads are sent
        wire.Log.Clear();
        for (var i = 0; i < 2; i++) wire.Request(AlsoLong, "/file");
        for (var i = 0; i < 2; i++) worker.Step(0);
        Assert.Equal(["wait", "send 3", "wait", "send 1"], wire.Log);
    }

    [Fact]
    public void Only_a_client_that_takes_nothing_is_dropped_and_not_one_that_had_no_turn()
    {
        var limits = new Limits();
        foreach (var isFull in (bool[])[true, false])
        {
            var wire = new ScriptedWire(sentAtOnce: 1_000) { IsFull = isFull };
            using var worker = Make(wire);
            wire.Request(Long, "/file");
            for (var i = 0; i < 2; i++) worker.Step(0); // the head, and of the file what is taken
            wire.NowMs += limits.WriteTimeoutMs + 1_000;
            for (var i = 0; i < 5; i++) worker.Step(0);
            Assert.Equal(isFull, wire.Closed.Contains(Long));
        }
    }

    // Replies from memory that are long come after those that are short, a few in a turn.
    [Fact]
    public void Who_asks_for_little_is_answered_before_a_long_reply_that_was_asked_for_first()
    {
        var wire = new ScriptedWire(sentAtOnce: 1_000_000);
        using var worker = Make(wire);
        wire.MostEvents = 2;
        wire.Request(Long, "/big");
        wire.Request(Short, "/hello");
        wire.Log.Clear();
        worker.Step(0);
        Assert.Equal(["wait", "receive 1", "receive 2", "send 2", "send 1"], wire.Log);
    }

    // Of what is done by the worker's own count others have their turn in between: and nothing is forgotten.
    [Fact]
    public void Replies_that_are_done_all_at_once_come_sixteen_at_a_time()
    {
        const int Count = 40;
        var site = new MemorySite();
        var wire = new ScriptedWire(sentAtOnce: 1_000, connections: Count);
        using var worker = wire.Serve(site);
        for (var i = 1; i <= Count; i++) wire.Request(i, "/later/x");
        while (wire.Ready.Count > 0) worker.Step(0);
        Assert.Equal(Count, site.Waiting.Count);
        wire.Log.Clear();
        foreach (var later in site.Waiting) later.Finish();
        worker.Step(-1);
        Assert.Equal(16, Sent(wire));
        worker.Step(-1);
        worker.Step(-1);
        Assert.Equal(Count, Sent(wire));
        Assert.DoesNotContain("wait for ever", wire.Log); // it would not have come back
        worker.Step(-1); // the control
        Assert.Contains("wait for ever", wire.Log);
    }

    [Fact]
    public void Deadlines_that_pass_all_at_once_are_kept_thirty_two_at_a_time()
    {
        const int Count = 100;
        var wire = new ScriptedWire(sentAtOnce: 1_000, connections: Count);
        using var worker = wire.Serve(new MemorySite());
        wire.NowMs += new Limits().HeadTimeoutMs + 1_000;
        worker.Step(-1);
        Assert.Equal(Count - 32, worker.ConnectionCount);
        wire.Log.Clear();
        for (var i = 0; i < 3; i++) worker.Step(-1);
        Assert.Equal(Count, wire.Closed.Count);
        Assert.DoesNotContain("wait for ever", wire.Log);
    }

    [Fact]
    public void Who_goes_on_after_his_deadline_was_seen_to_pass_is_not_ended_by_it()
    {
        const int Count = 100;
        var wire = new ScriptedWire(sentAtOnce: 1_000, connections: Count);
        using var worker = wire.Serve(new MemorySite());
        wire.NowMs += new Limits().HeadTimeoutMs + 1_000;
        worker.Step(-1);
        var late = Enumerable.Range(1, Count).First(i => !wire.Closed.Contains(i));
        wire.Request(late, "/hello");
        for (var i = 0; i < 5; i++) worker.Step(-1);
        Assert.Equal(Count - 1, wire.Closed.Count);
        Assert.DoesNotContain(late, wire.Closed);
    }

    [Fact]
    public void Of_long_replies_two_of_a_quarter_of_a_megabyte_have_their_turn_together()
    {
        var wire = new ScriptedWire(sentAtOnce: 1_000_000, connections: 3) { MostEvents = 3 };
        using var worker = wire.Serve(new MemorySite());
        for (var i = 1; i <= 3; i++) wire.Request(i, "/big");
        wire.Log.Clear();
        worker.Step(0);
        Assert.Equal(2, Sent(wire));
        worker.Step(0);
        Assert.Equal(3, Sent(wire));
    }

    // Else thousands who take nothing, and send a byte now and then, would leave one turn in thousands to the others.
    [Fact]
    public void Who_cannot_be_sent_to_takes_nobodys_turn()
    {
        var wire = new ScriptedWire(sentAtOnce: 1_000);
        using var worker = Make(wire);
        wire.Full.Add(Long);
        wire.Request(Long, "/file");
        wire.Request(AlsoLong, "/file");
        for (var i = 0; i < 4; i++) worker.Step(0); // until both heads are sent, and one takes nothing
        wire.Log.Clear();
        for (var i = 0; i < 10; i++)
        {
            wire.Request(Long, "/file");
            worker.Step(0);
        }
        Assert.Equal(10, wire.Log.Count(entry => entry == "send 3"));
    }

    [Fact]
    public void Who_waits_for_a_disk_that_does_not_answer_is_told_503_in_time()
    {
        var site = new MemorySite();
        var wire = new ScriptedWire(sentAtOnce: 1_000, connections: 2);
        using var worker = wire.Serve(site);
        wire.Request(1, "/later/x");
        worker.Step(0);
        wire.NowMs += new Limits().LoadTimeoutMs - 1_000;
        for (var i = 0; i < 3; i++) worker.Step(0);
        Assert.Equal(0, Sent(wire));
        wire.NowMs += 2_000;
        for (var i = 0; i < 3; i++) worker.Step(0);
        Assert.Equal("HTTP/1.1 503 Service Unavailable", wire.LastStart);
        site.Waiting[0].Finish(); // too late
        for (var i = 0; i < 3; i++) worker.Step(0);
        Assert.Equal((1, 0), (Sent(wire), worker.Faults));
    }

    private static int Sent(ScriptedWire wire) =>
        wire.Log.Count(entry => entry.StartsWith("send ", StringComparison.Ordinal));

    private static Worker<ScriptedTransport> Make(ScriptedWire wire)
    {
        var worker = wire.Serve(new MemorySite());
        Assert.Equal(3, worker.ConnectionCount);
        return worker;
    }
}

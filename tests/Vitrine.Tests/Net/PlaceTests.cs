using Vitrine.Net;

namespace Vitrine.Tests.Net;

/// <summary>Who has to go when there is no room for another.</summary>
public sealed class PlaceTests
{
    private const int Reader = 1;

    // A byte now and then keeps a reply from its deadline for ever.
    [Theory]
    [InlineData(100, true)]
    [InlineData(2_000, false)]
    public void A_reply_of_which_next_to_nothing_is_taken_makes_room_for_another(int takenInASecond, bool goes)
    {
        var wire = new ScriptedWire(takenInASecond, connections: 1) { IsFull = true };
        using var worker = wire.Serve(new MemorySite());
        wire.NowMs = 1_000_000; // nothing counts from the beginning of time
        wire.Request(Reader, "/file");
        Steps(worker);
        TakeForSeconds(wire, worker, 9);
        wire.Arrive();
        Steps(worker);
        Assert.DoesNotContain(Reader, wire.Closed); // not at once: it may have stumbled
        TakeForSeconds(wire, worker, 2);
        wire.Arrive();
        Steps(worker);
        Assert.Equal(goes, wire.Aborted.Contains(Reader)); // with a reset: what it has is not the whole
        Assert.Equal(goes, wire.Closed.Contains(Reader));
    }

    // The pace is that of a reply, and not of the time in which there was none.
    [Fact]
    public void A_reply_that_has_just_begun_stays_however_long_the_connection_was_idle()
    {
        var wire = new ScriptedWire(sentAtOnce: 5_000, connections: 1) { IsFull = true };
        using var worker = wire.Serve(new MemorySite());
        wire.Request(Reader, "/hello");
        Steps(worker);
        wire.NowMs += 30_000;
        wire.Ready.Enqueue(new TransportEvent(wire.Tokens[Reader], Readiness.Writable));
        wire.Request(Reader, "/file");
        Steps(worker);
        wire.Arrive();
        Steps(worker);
        Assert.DoesNotContain(Reader, wire.Closed);
    }

    private static void TakeForSeconds(ScriptedWire wire, Worker<ScriptedTransport> worker, int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            wire.NowMs += 1_000;
            wire.Ready.Enqueue(new TransportEvent(wire.Tokens[Reader], Readiness.Writable));
            Steps(worker);
        }
    }

    private static void Steps(Worker<ScriptedTransport> worker)
    {
        for (var i = 0; i < 4; i++) worker.Step(0);
    }
}

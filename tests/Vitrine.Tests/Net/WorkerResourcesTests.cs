using Vitrine.Http;
using Vitrine.Http.Protocols;
using Vitrine.Http.Replies;
using Vitrine.Net;
using Vitrine.Server.Admin;

namespace Vitrine.Tests.Net;

/// <summary>The memory of replies that are being sent.</summary>
public class WorkerResourcesTests
{
    private const int Lent = 1_000;

    [Theory]
    [InlineData(0)]
    [InlineData(1_000_000)]
    [InlineData(20_000_000)]
    public void So_many_are_lent_with_room_for_a_body_and_all_others_are_small(int mostBytes)
    {
        var site = new AdminSite(() => true, () => "ready");
        var limits = new Limits { OutputBytes = mostBytes };
        var context = new ProtocolContext(site, limits, serverHeader: true, "b");
        var worker = new WorkerResources(context, new Inbox(), null, null, null);
        var room = new OutputQueue().BufferLength;
        for (var round = 0; round < 2; round++)
        {
            var queues = Enumerable.Range(0, Lent).Select(_ => worker.RentOutput()).ToList();
            var large = queues.Count(queue => !queue.IsShrunk);
            Assert.InRange(large * (long)room, mostBytes, mostBytes + room);
            Assert.All(queues, queue => Assert.True(queue.BodyRoom.Length >= OutputQueue.CopyLimit));
            // As of a client that takes its time. Whatever became of them: the next round finds as many.
            if (large > 0) queues[0] = worker.Shrink(queues[0]);
            queues.ForEach(worker.ReturnOutput);
        }
    }

    private sealed class Inbox : IInbox
    {
        public void Post(long token) => Assert.Fail("Nobody works for it.");
    }
}

using CsCheck;
using Vitrine.Http.Head;
using Vitrine.Http.Replies;

namespace Vitrine.Tests.Http.Replies;

public class OutputQueueTests
{
    private static readonly byte[] Source =
        [.. Enumerable.Range(0, 40_000).Select(i => (byte)(i * 7 + i / 251))];

    /// <summary>The ways into a queue.</summary>
    private enum How
    {
        Commit,
        Write,
        Shared,
        File,
    }

    [Fact]
    public void Small_pieces_in_a_row_are_one_segment()
    {
        var queue = new OutputQueue();
        queue.Write("ab"u8);
        "cd"u8.CopyTo(queue.GetSpan());
        queue.Commit(2);
        queue.WriteShared(PinnedBytes.Copy("efg"u8), 1, 2);
        Assert.Equal(1, queue.Count);
        Assert.Equal(6, queue.Length);
        Assert.Equal("abcdfg", Latin.Text(queue[0].Span));
    }

    [Fact]
    public void A_piece_after_a_file_is_a_segment_of_its_own()
    {
        var queue = new OutputQueue();
        queue.Write("ab"u8);
        queue.WriteFile(new FakeFile(Source), 5, 3);
        queue.Write("cd"u8);
        Assert.Equal(3, queue.Count);
        Assert.Equal((5, 3), (queue[1].Position, queue[1].Length));
        Assert.Equal("ab+cd", Latin.Text(queue[0].Span) + "+" + Latin.Text(queue[2].Span));
    }

    [Fact]
    public void Shared_memory_is_copied_up_to_the_limit_and_lent_above_it()
    {
        var memory = PinnedBytes.Copy(Source);
        var small = new OutputQueue();
        small.WriteShared(memory, 0, OutputQueue.CopyLimit);
        Assert.NotSame(memory, small[0].Memory);
        var large = new OutputQueue();
        large.WriteShared(memory, 0, OutputQueue.CopyLimit + 1);
        Assert.Same(memory, large[0].Memory);
    }

    [Fact]
    public void Nothing_put_in_is_no_segment()
    {
        var file = new FakeFile(Source);
        var queue = new OutputQueue();
        queue.Write([]);
        queue.Commit(0);
        queue.WriteShared(PinnedBytes.Copy("a"u8), 1, 0);
        queue.WriteFile(file, 3, 0);
        Assert.True(queue.IsEmpty);
        Assert.Equal((0, 0, 0), (queue.Count, queue.Length, queue.TotalQueued));
        file.Release();
        Assert.Equal(1, file.Closings);
    }

    [Fact]
    public void A_short_write_leaves_the_rest_of_a_segment()
    {
        var queue = new OutputQueue();
        queue.Write("abcdef"u8);
        queue.Advance(2);
        Assert.Equal("cdef", Latin.Text(queue[0].Span));
        queue.Write("g"u8);
        Assert.Equal("cdefg", Latin.Text(queue[0].Span));
        Assert.Equal((5, 7), (queue.Length, queue.TotalQueued));
        queue.Advance(5);
        Assert.True(queue.IsEmpty);
    }

    [Fact]
    public void What_comes_out_in_any_pieces_is_what_was_put_in()
    {
        var put = Gen.Select(Gen.Enum<How>(), Gen.Int[0, 20_000], Gen.Int[0, 9_000]);
        // A step puts something in and then sends some bytes, as many as there are at most.
        Gen.Select(put, Gen.Int[0, 30_000]).Array[1, 40].Sample(
            steps =>
            {
                var queue = new OutputQueue();
                var memory = PinnedBytes.Copy(Source);
                var file = new FakeFile(Source);
                var expected = new List<byte>();
                var actual = new List<byte>();
                foreach (var ((how, start, length), sent) in steps)
                {
                    Put(queue, how, memory, file, start, length, expected);
                    Assert.Equal(expected.Count - actual.Count, queue.Length);
                    Send(queue, Math.Min(sent, queue.Length), actual);
                    Assert.Equal(expected.Count, queue.TotalQueued);
                }
                Send(queue, queue.Length, actual);
                Assert.True(queue.IsEmpty);
                Assert.Equal(0, file.Closings);
                file.Release();
                Assert.Equal(1, file.Closings);
                Assert.True(expected.SequenceEqual(actual), "The bytes differ.");
            },
            iter: 300);
    }

    [Fact]
    public void A_body_can_be_put_in_before_its_head()
    {
        var queue = new OutputQueue();
        queue.Write("before"u8);
        "body"u8.CopyTo(queue.BodyRoom);
        "head"u8.CopyTo(queue.GetSpan());
        queue.CommitBody(4, 4);
        queue.Write("after"u8);
        var actual = new List<byte>();
        Send(queue, queue.Length, actual);
        Assert.Equal("beforeheadbodyafter", Latin.Text([.. actual]));
        Assert.True(new OutputQueue().BodyRoom.Length >= OutputQueue.BodyRoomBytes);
        while (!queue.IsFull) queue.Write(Source.AsSpan(0, 1000));
        Assert.True(queue.BodyRoom.Length < OutputQueue.BodyRoomBytes);
    }

    [Fact]
    public void What_is_left_of_a_queue_goes_over_to_a_smaller_one()
    {
        var put = Gen.Select(Gen.Enum<How>(), Gen.Int[0, 20_000], Gen.Int[0, 9_000]);
        Gen.Select(put.Array[1, 20], Gen.Double[0, 1]).Sample(
            (puts, share) =>
            {
                var queue = new OutputQueue();
                var file = new FakeFile(Source);
                var expected = new List<byte>();
                var actual = new List<byte>();
                foreach (var (how, start, length) in puts)
                {
                    Put(queue, how, PinnedBytes.Copy(Source), file, start, length, expected);
                    queue.Mark(Status.Ok, 0, length, start);
                }
                Send(queue, (long)(queue.Length * share), actual);
                var rest = queue.Shrink();
                Assert.Equal(expected.Count - actual.Count, rest.Length);
                Assert.True(rest.IsFull && queue.IsEmpty && !queue.TryPeekMark(out _, out _));
                queue.Write("another client's"u8);
                Send(rest, rest.Length, actual);
                Assert.True(expected.SequenceEqual(actual), "The bytes differ.");
                foreach (var (_, start, _) in puts)
                {
                    Assert.True(rest.TryPeekSentMark(out var mark));
                    Assert.Equal(start, mark.StartedUs);
                    rest.RemoveMark();
                }
                Assert.Equal(0, file.Closings);
                file.Release();
                Assert.Equal(1, file.Closings);
            },
            iter: 300);
    }

    [Fact]
    public void A_share_of_a_file_is_given_back_with_its_last_byte()
    {
        var file = new FakeFile(Source);
        var queue = new OutputQueue();
        queue.WriteFile(file, 0, 10);
        file.Release();
        queue.Advance(9);
        Assert.Equal(0, file.Closings);
        queue.Advance(1);
        Assert.Equal(1, file.Closings);
        queue.Clear();
        Assert.Equal(1, file.Closings);
    }

    [Fact]
    public void Each_window_of_a_file_has_a_share_and_clearing_gives_all_of_them_back()
    {
        var file = new FakeFile(Source);
        var queue = new OutputQueue();
        for (var i = 0; i < 30; i++) queue.WriteFile(file, i, 10);
        queue.Advance(15);
        file.Release();
        Assert.Equal(0, file.Closings);
        queue.Clear();
        Assert.Equal(1, file.Closings);
        Assert.True(queue.IsEmpty);
        Assert.Equal((0, 0), (queue.Length, queue.TotalQueued));
    }

    [Fact]
    public void A_closed_file_can_be_shared_no_more()
    {
        var file = new FakeFile(Source);
        Assert.True(file.TryAcquire());
        file.Release();
        file.Release();
        Assert.Equal(1, file.Closings);
        Assert.False(file.TryAcquire());
        Assert.Throws<ObjectDisposedException>(() => new OutputQueue().WriteFile(file, 0, 1));
    }

    [Fact]
    public void It_is_full_when_the_bytes_left_are_many()
    {
        var memory = new PinnedBytes(128 * 1024);
        var queue = new OutputQueue();
        queue.WriteShared(memory, 0, memory.Length);
        queue.WriteShared(memory, 0, memory.Length - 1);
        Assert.False(queue.IsFull);
        queue.Write("a"u8);
        Assert.True(queue.IsFull);
        queue.Advance(1);
        Assert.False(queue.IsFull);
    }

    [Fact]
    public void It_is_full_when_there_is_no_room_for_another_head()
    {
        var queue = new OutputQueue();
        var steps = 0;
        for (; !queue.IsFull; steps++) queue.Write(Source.AsSpan(0, 1000));
        Assert.InRange(steps, 2, 66);
        Assert.True(queue.GetSpan().Length >= OutputQueue.CopyLimit);
        // The room is used anew once all is sent, and not before.
        queue.Advance(queue.Length - 1);
        Assert.True(queue.IsFull);
        queue.Advance(1);
        Assert.False(queue.IsFull);
    }

    [Fact]
    public void It_is_full_when_the_segments_are_many()
    {
        var queue = new OutputQueue();
        var file = new FakeFile(Source);
        var segments = 0;
        for (; !queue.IsFull; segments++) queue.WriteFile(file, 0, 1);
        Assert.Equal(segments, queue.Count);
        Assert.InRange(segments, 17, 100);
        queue.Advance(1);
        Assert.False(queue.IsFull);
    }

    [Fact]
    public void What_is_put_in_over_the_room_is_kept_all_the_same()
    {
        var queue = new OutputQueue();
        for (var i = 0; i < 3; i++) queue.Write(Source.AsSpan(0, 30_000));
        var actual = new List<byte>();
        Send(queue, queue.Length, actual);
        Assert.Equal([.. Source[..30_000], .. Source[..30_000], .. Source[..30_000]], actual);
    }

    [Fact]
    public void A_mark_shows_when_the_last_byte_of_its_reply_is_sent()
    {
        var queue = new OutputQueue();
        queue.Write("head1body1"u8);
        queue.Mark(Status.Ok, 5, 5, 11);
        queue.Write("head2"u8);
        queue.Mark(Status.NotModified, 5, 0, 22);
        queue.Advance(9);
        Assert.False(queue.TryPeekSentMark(out _));
        queue.Advance(1);
        Assert.True(queue.TryPeekSentMark(out var mark));
        Assert.Equal((Status.Ok, 5, 5, 11), (mark.Status, mark.HeadBytes, mark.BodyBytes, mark.StartedUs));
        queue.RemoveMark();
        Assert.False(queue.TryPeekSentMark(out _));
        queue.Advance(5);
        Assert.True(queue.TryPeekSentMark(out mark));
        Assert.Equal((Status.NotModified, 22), (mark.Status, mark.StartedUs));
        queue.RemoveMark();
        Assert.False(queue.TryPeekSentMark(out _));
    }

    [Theory]
    [InlineData(0, 10, 5)]
    [InlineData(4, 6, 5)]
    [InlineData(10, 0, 5)]
    [InlineData(12, 0, 3)]
    [InlineData(15, 0, 0)]
    public void A_mark_says_how_much_of_its_reply_was_not_sent(int sent, long first, long second)
    {
        var queue = new OutputQueue();
        queue.Write("head1body1"u8);
        queue.Mark(Status.Ok, 5, 5, 0);
        queue.Write("head2"u8);
        queue.Mark(Status.NotFound, 5, 0, 0);
        queue.Advance(sent);
        Assert.True(queue.TryPeekMark(out var mark, out var unsent));
        Assert.Equal((Status.Ok, first), (mark.Status, unsent));
        queue.RemoveMark();
        Assert.True(queue.TryPeekMark(out mark, out unsent));
        Assert.Equal((Status.NotFound, second), (mark.Status, unsent));
        queue.RemoveMark();
        Assert.False(queue.TryPeekMark(out _, out unsent));
        Assert.Equal(0, unsent);
    }

    [Fact]
    public void Clearing_forgets_the_marks()
    {
        var queue = new OutputQueue();
        queue.Write("a"u8);
        queue.Mark(Status.Ok, 1, 0, 0);
        queue.Clear();
        Assert.False(queue.TryPeekMark(out _, out _));
        queue.Write("bc"u8);
        queue.Mark(Status.NotFound, 2, 0, 0);
        queue.Advance(1);
        Assert.False(queue.TryPeekSentMark(out _));
        queue.Advance(1);
        Assert.True(queue.TryPeekSentMark(out var mark));
        Assert.Equal(Status.NotFound, mark.Status);
    }

    private static void Put(
        OutputQueue queue,
        How how,
        PinnedBytes memory,
        FakeFile file,
        int start,
        int length,
        List<byte> expected)
    {
        var bytes = Source.AsSpan(start, length);
        switch (how)
        {
            case How.Commit:
                bytes = bytes[..Math.Min(length, queue.GetSpan().Length)];
                bytes.CopyTo(queue.GetSpan());
                queue.Commit(bytes.Length);
                break;
            case How.Write:
                queue.Write(bytes);
                break;
            case How.Shared:
                queue.WriteShared(memory, start, length);
                break;
            default:
                queue.WriteFile(file, start, length);
                break;
        }
        expected.AddRange(bytes);
    }

    // Sends as a transport does: from the first segment on, over the ends of as many as it takes.
    private static void Send(OutputQueue queue, long count, List<byte> sent)
    {
        var left = count;
        for (var i = 0; left > 0; i++)
        {
            ref readonly var segment = ref queue[i];
            var taken = (int)Math.Min(left, segment.Length);
            if (segment.File is { } file)
            {
                var piece = new byte[taken];
                Assert.Equal(taken, file.Read(segment.Position, piece));
                sent.AddRange(piece);
            }
            else
            {
                sent.AddRange(segment.Span[..taken]);
            }
            left -= taken;
        }
        queue.Advance(count);
    }
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using Vitrine.Http.Head;
using Vitrine.Http.Replies;
using Vitrine.Net;
using Vitrine.Server.Logs;

namespace Vitrine.Tests.Server;

public class JournalTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly Refusal Why = new(Status.BadRequest, "It is a test.");

    [Fact]
    public void A_disk_that_was_full_gets_the_lines_that_follow_and_how_many_are_lost()
    {
        const int Batch = 50;
        using var disk = new FullDisk(room: 1_000);
        var sent = 0;
        var told = new ConcurrentQueue<Exception>();
        using (var journal = new Journal(disk, new RefusalFormat(json: false), told.Enqueue))
        {
            Assert.True(SpinWait.SpinUntil(() => Tell() && disk.WasFull, Patience));
            disk.HasRoom = true;
            Assert.True(SpinWait.SpinUntil(() => Tell() && IsTold(disk.Text), Patience));
            journal.Refused(Info(1), Why with { Reason = "The last." }, 0);

            bool Tell()
            {
                if (sent < Batch || disk.HasRoom) journal.Refused(Info(++sent), Why, 0);
                Thread.Sleep(1);
                return true;
            }
        }
        Assert.IsType<LogException>(Assert.Single(told));
        // The line that was cut is one of its own. Of those that were to be written with it nobody knows: all count.
        var lines = disk.Text.Split('\n');
        var lost = Array.FindIndex(lines, IsTold);
        Assert.InRange(lost, 1, lines.Length - 2);
        Assert.EndsWith("The last.", lines[^2], StringComparison.Ordinal);
        Assert.All(lines[..(lost - 1)], line => Assert.EndsWith(Why.Reason, line, StringComparison.Ordinal));
        var number = int.Parse(lines[lost].Split(' ')[1], CultureInfo.InvariantCulture);
        var written = lines.Count(line => line.EndsWith(Why.Reason, StringComparison.Ordinal));
        Assert.InRange(written + number, sent, sent + lost);
    }

    private static bool IsTold(string text) => text.Contains("lost", StringComparison.Ordinal);

    private static ConnectionInfo Info(long number) =>
        new(number, PeerAddress.From(new IPEndPoint(IPAddress.Loopback, 1)), 0);

    private sealed class FullDisk(int room) : MemoryStream
    {
        private volatile bool hasRoom;
        private volatile bool wasFull;

        public bool HasRoom
        {
            get => hasRoom;
            set => hasRoom = value;
        }

        public bool WasFull => wasFull;

        public string Text
        {
            get
            {
                lock (this) return Encoding.UTF8.GetString(ToArray());
            }
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            lock (this)
            {
                var rest = hasRoom ? int.MaxValue : room - (int)Length;
                base.Write(buffer[..Math.Min(buffer.Length, Math.Max(rest, 0))]);
                if (rest >= buffer.Length) return;
            }
            wasFull = true;
            throw new IOException("No space left on device");
        }
    }
}

using System.Net;
using System.Text;
using Vitrine.Http.Replies;
using Vitrine.Net;
using Vitrine.Server.Logs;

namespace Vitrine.Tests.Server;

public class JournalTests
{
    private static readonly Refusal Why = new(Status.BadRequest, "It is a test.");

    [Fact]
    public void A_disk_that_was_full_gets_the_lines_that_follow_and_how_many_are_lost()
    {
        using var disk = new FullDisk(room: 1_000);
        using (var journal = new Journal(disk, new RefusalFormat(json: false)))
        {
            for (var i = 0; !disk.WasFull; i++) journal.Refused(Info(i), Why, 0);
            disk.HasRoom = true;
            while (!disk.Text.Contains("lost", StringComparison.Ordinal)) Thread.Sleep(20);
            journal.Refused(Info(1), Why with { Reason = "The last." }, 0);
        }
        // The line that was cut is one of its own.
        var lines = disk.Text.Split('\n');
        var lost = Array.FindIndex(lines, line => line.Contains("lost", StringComparison.Ordinal));
        Assert.InRange(lost, 1, lines.Length - 2);
        Assert.EndsWith("The last.", lines[^2], StringComparison.Ordinal);
        Assert.All(lines[..(lost - 1)], line => Assert.EndsWith(Why.Reason, line, StringComparison.Ordinal));
    }

    private static ConnectionInfo Info(long number) =>
        new(number, PeerAddress.From(new IPEndPoint(IPAddress.Loopback, 1)), 0);

    private sealed class FullDisk(int room) : MemoryStream
    {
        private volatile bool hasRoom;
        private volatile bool wasFull;

        public bool HasRoom
        {
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

using System.Net.Sockets;
using Vitrine.Attacks.Harness;
using Vitrine.Attacks.Linux;
using Vitrine.Attacks.Wire;
using Vitrine.Testing;

namespace Vitrine.Attacks.Greedy;

/// <summary>Clients that ask for much and do not take it.</summary>
internal static class SlowReaders
{
    // What a client that does not take all holds at most for what is left (docs/LIMITS.md), and its connection.
    private const int LeftBytes = 68 * 1024;
    private const long Megabyte = 1024 * 1024;

    /// <summary>A few bytes a second of a file that is in memory.</summary>
    public static Siege SlowRead(Plan plan)
    {
        var count = plan.Pick(2_000, 200);
        return new Siege(
            "slow-read", $"{count:N0} connections that ask for 300 KB and read 10 bytes a second",
            count, (long)count * LeftBytes, assault => Read(assault, count, _ => RequestText.Get("/large.bin"), 10))
        {
            Prepare = folder => folder.Write("large.bin", new byte[300_000]),
        };
    }

    /// <summary>Nothing at all, of more files than fit the cache.</summary>
    public static Siege ZeroWindow(Plan plan)
    {
        const int Files = 100;
        const int FileBytes = 500_000;
        const int CacheBytes = 8;
        var count = plan.Pick(2_000, 200);
        return new Siege(
            "zero-window",
            $"{count:N0} connections that ask for one of {Files} files of 500 KB and never read; "
            + $"--cache-mb {CacheBytes}",
            // Each file's bytes once beside the cache: whoever sends the same has the same.
            count, (CacheBytes * Megabyte) + ((long)Files * FileBytes) + ((long)count * LeftBytes),
            assault => Read(assault, count, number => RequestText.Get($"/{number % Files}.bin"), 0))
        {
            Options = ["--cache-mb", $"{CacheBytes}"],
            // Each file's bytes, and the file itself, should it be sent from the disk.
            Descriptors = 2 * Files,
            // Longer than it waits for a reader (Limits.WriteTimeoutMs): then a second crowd comes.
            Length = TimeSpan.FromSeconds(40),
            Prepare = folder =>
            {
                for (var i = 0; i < Files; i++)
                {
                    folder.Write($"{i}.bin", new byte[FileBytes]);
                    // So it is not left to the disk for the cache's sake.
                    folder.Write($"{i}.bin.gz", EncodedBytes.Gzip("x"u8));
                }
            },
        };
    }

    /// <summary>A million requests on few connections, and not one reply read.</summary>
    public static Siege Pipelined(Plan plan)
    {
        const int Connections = 10;
        const int OutputBytes = 512 * 1024; // 256 KB, and a buffer of input that was not read yet
        var count = plan.Pick(1_000_000, 100_000);
        var batch = RequestText.Repeat(RequestText.Get("/page.html"), 100);
        return new Siege(
            "pipelined", $"{count:N0} requests on {Connections} connections without reading",
            Connections, Connections * OutputBytes,
            assault => Push(assault, Connections, batch, (long)count / Connections * batch.Length / 100));
    }

    private static void Read(Assault assault, int count, Func<int, byte[]> requestOf, int bytesASecond)
    {
        var (shmem, kernel) = (Memory.Shared, Memory.OfSockets);
        using var crowd = new Crowd(assault.Port, count) { Prepare = BeFarAway };
        var buffer = new byte[Math.Max(bytesASecond, 1)];
        while (!assault.IsOver)
        {
            crowd.Each(
                (socket, number, isNew) =>
                {
                    if (isNew) Crowd.Send(socket, requestOf(number));
                    else if (bytesASecond > 0) Crowd.Receive(socket, buffer);
                    else if (HasFailed(socket)) throw new SocketException();
                },
                () => assault.IsOver);
            Thread.Sleep(1_000);
        }
        assault.Row.Note($"{crowd.Opened:N0} connections, {crowd.Ended:N0} ended by the server");
        assault.Row.Note(
            $"beside the process: {(Memory.Shared - shmem) / Megabyte:N0} MB of memory files, "
            + $"{(Memory.OfSockets - kernel) / Megabyte:N0} MB in sockets");
    }

    // As somebody behind a network is: with packets of its size the kernel has much less of a reply in hand than with
    // those of the loopback, and the server more.
    private static void BeFarAway(Socket socket)
    {
        const int SmallBuffer = 4 * 1024;
        const int SegmentBytes = 1_460;
        socket.ReceiveBufferSize = SmallBuffer;
        socket.SetRawSocketOption(Libc.IPPROTO_TCP, Libc.TCP_MAXSEG, BitConverter.GetBytes(SegmentBytes));
    }

    // Whether it was reset: to find out by reading would be reading.
    private static bool HasFailed(Socket socket) =>
        socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error) is not 0;

    // As much as the kernels take of each one's share, and then nothing until the time is over.
    private static void Push(Assault assault, int connections, byte[] batch, long share)
    {
        using var crowd = new Crowd(assault.Port, connections);
        var sent = new long[connections];
        while (!assault.IsOver)
        {
            var moved = false;
            crowd.Each((socket, number, _) =>
            {
                var place = (int)(sent[number] % batch.Length);
                var rest = (int)Math.Min(batch.Length - place, share - sent[number]);
                var count = Crowd.Send(socket, batch.AsSpan(place, rest));
                sent[number] += count;
                moved |= count > 0;
            });
            if (!moved) Thread.Sleep(10);
        }
        // Nearly all, or it was no attack.
        var least = share * connections * 90 / batch.Length;
        assault.Row.AtLeast("requests taken by the kernels", sent.Sum() * 100 / batch.Length, least);
        assault.Row.Note($"{crowd.Ended} connections ended by the server");
    }
}

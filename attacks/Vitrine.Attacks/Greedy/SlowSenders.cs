using System.Text;
using Vitrine.Attacks.Harness;
using Vitrine.Attacks.Wire;

namespace Vitrine.Attacks.Greedy;

/// <summary>Clients that take their time to say what they want.</summary>
internal static class SlowSenders
{
    // What a connection owns beside bytes: its objects, and a small buffer for what came of a head.
    private const int ConnectionBytes = 2 * 1024;

    // A head that is not complete is carried over: 32 KB at most (Limits.HeadBytes).
    private const int HeadBytes = 32 * 1024;
    private const int BigHeadBytes = 24 * 1024;

    /// <summary>Heads that are long already and get a further field now and then: the 408 comes after 10 s.</summary>
    public static Siege Slowloris(Plan plan)
    {
        var count = plan.Pick(3_000, 300);
        var start = Encoding.ASCII.GetBytes(
            $"GET /page.html HTTP/1.1\r\nHost: localhost\r\nX-Start: {new string('x', BigHeadBytes)}\r\n");
        return new Siege(
            "slowloris", $"{count:N0} connections that send 24 KB of a head, and a field a second from then on",
            count, (long)count * (HeadBytes + ConnectionBytes),
            assault => Dribble(assault, count, (_, round) => round == 0 ? start : "X-More: y\r\n"u8.ToArray()));
    }

    /// <summary>Bodies that come a few bytes at a time: thrown away as they come.</summary>
    public static Siege SlowBody(Plan plan)
    {
        var count = plan.Pick(3_000, 300);
        var start = "POST /page.html HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n"u8.ToArray();
        return new Siege(
            "slow-body", $"{count:N0} connections that announce 1 MB and send 10 bytes of it a second",
            count, (long)count * ConnectionBytes,
            assault => Dribble(assault, count, (_, round) => round == 0 ? start : "0123456789"u8.ToArray()));
    }

    /// <summary>A whole request, one byte a second.</summary>
    public static Siege ByteASecond(Plan plan)
    {
        var count = plan.Pick(5_000, 300);
        var request = RequestText.Get("/page.html");
        return new Siege(
            "byte-a-second", $"{count:N0} connections that send a request one byte a second",
            count, (long)count * ConnectionBytes,
            assault => Dribble(assault, count, (_, round) => request.AsSpan(round % request.Length, 1).ToArray()));
    }

    // Each second each sends what is next. Who was ended starts anew.
    private static void Dribble(Assault assault, int count, Func<int, int, byte[]> pieceOf)
    {
        const int RoundMs = 1_000;
        using var crowd = new Crowd(assault.Port, count);
        var rounds = new int[count];
        var buffer = new byte[4096];
        while (!assault.IsOver)
        {
            var next = Environment.TickCount64 + RoundMs;
            crowd.Each(
                (socket, number, isNew) =>
                {
                    if (isNew) rounds[number] = 0;
                    Crowd.Receive(socket, buffer);
                    Crowd.Send(socket, pieceOf(number, rounds[number]++));
                },
                () => assault.IsOver);
            Thread.Sleep((int)Math.Clamp(next - Environment.TickCount64, 0, RoundMs));
        }
        assault.Row.Note($"{crowd.Opened:N0} connections, {crowd.Ended:N0} ended by the server");
    }
}

using System.Text;

namespace Vitrine.Tests.Simulation;

/// <summary>
/// Makes up what clients send: requests good and bad, several on a connection, and some with bytes changed.
/// </summary>
internal static class Traffic
{
    private static readonly string[] Fragments =
    [
        "\r\n", "\n", "\r", "\0", " ", "\t", ":",
        "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", "0\r\n\r\n",
        "5\r\nhello\r\n", "GET /hello HTTP/1.1\r\n", "Host: b\r\n", "HTTP/1.1", "HTTP/2.0",
        "Expect: 100-continue\r\n", "%00", "ÿ",
    ];

    /// <summary>
    /// One connection's stream; <paramref name="number"/> comes back in the bodies of its replies.
    /// </summary>
    public static byte[] Make(Random random, long number)
    {
        var text = new StringBuilder();
        var requests = random.Next(1, 6);
        for (var i = 0; i < requests; i++) text.Append(Request(random, number));
        var stream = Encoding.Latin1.GetBytes(text.ToString());
        return random.Next(4) == 0 ? Mutate(stream, random) : stream;
    }

    /// <summary>Changes, removes or inserts a few bytes.</summary>
    public static byte[] Mutate(byte[] stream, Random random)
    {
        var bytes = new List<byte>(stream);
        for (var i = random.Next(1, 4); i > 0 && bytes.Count > 0; i--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveAt(at);
                    break;
                case 2:
                    bytes.InsertRange(at, Encoding.Latin1.GetBytes(Fragments[random.Next(Fragments.Length)]));
                    break;
                default:
                    bytes.RemoveRange(at, Math.Min(bytes.Count - at, random.Next(1, 40)));
                    break;
            }
        }
        return [.. bytes];
    }

    private static string Request(Random random, long number) => random.Next(16) switch
    {
        0 => "GET /hello HTTP/1.1\r\nHost: a\r\nRange: bytes=0-3,7-\r\n\r\n",
        1 => "HEAD /big HTTP/1.1\r\nHost: a\r\n\r\n",
        2 => random.Next(20) == 0 ? "GET /big HTTP/1.1\r\nHost: a\r\n\r\n" : "GET /empty HTTP/1.1\r\nHost: a\r\n\r\n",
        3 => random.Next(20) == 0 ? "GET /file HTTP/1.1\r\nHost: a\r\n\r\n" : "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
        4 => $"POST /echo/{number} HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
        5 => $"GET /echo/{number} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "3;x=y\r\nabc\r\n0\r\nT: v\r\n\r\n",
        6 => $"GET /echo/{number} HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        7 => random.Next(4) == 0
            ? $"GET /echo/{number} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            : "\r\nGET /no HTTP/1.1\r\nHost: a\r\n\r\n",
        8 or 9 => $"GET /later/{number} HTTP/1.1\r\nHost: a\r\n\r\n",
        10 => "BREW /pot HTTP/1.1\r\nHost: a\r\n\r\n",
        11 => random.Next(4) == 0
            ? "PUT /x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc"
            : $"GET http://b/echo/{number} HTTP/1.1\r\nHost: a\r\n\r\n",
        12 => "GET /room HTTP/1.1\r\nHost: a\r\n\r\n",
        13 => random.Next(4) == 0
            ? "GET /wide HTTP/1.1\r\nHost: a\r\n\r\n"
            : "GET /room HTTP/1.1\r\nHost: a\r\nRange: bytes=7-5000\r\n\r\n",
        _ => $"GET /echo/{number}?q={random.Next()} HTTP/1.1\r\nHost: a\r\nUser-Agent: x\r\nAccept: */*\r\n\r\n",
    };
}

namespace Vitrine.Tests.Simulation.Faults;

/// <summary>
/// Requests for which the content does not matter, each with the status that RFC 9110 and 9112 give it.
/// </summary>
internal static class Malformed
{
    private static readonly (int Status, bool IsLast, string Text)[] Recipes =
    [
        (400, true, "GET /a.txt HTTP/1.1\r\n\r\n"),
        (400, true, "GET /a.txt HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
        (400, true, "GET /a.txt HTTP/1.1\nHost: a\n\n"),
        (400, true, "GET /a.txt HTTP/1.1\r\nHost: a\r\nX y: z\r\n\r\n"),
        (400, true, "GET /a.txt HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n"),
        (400, true, "GET  /a.txt HTTP/1.1\r\nHost: a\r\n\r\n"),
        (400, true, "GET /a.txt HTTP/1.1\r\nHost: a\r\n X: folded\r\n\r\n"),
        (505, true, "GET /a.txt HTTP/3.0\r\nHost: a\r\n\r\n"),
        (417, true, "GET /a.txt HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n"),
        (400, true, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        (501, true, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: br, chunked\r\n\r\n0\r\n\r\n"),
        (400, true, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nhello"),
        (413, true, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n"),
        (400, true, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
        (414, true, $"GET /{new string('a', 9_000)} HTTP/1.1\r\nHost: a\r\n\r\n"),
        (431, true, $"GET / HTTP/1.1\r\nHost: a\r\nX: {new string('a', 40_000)}\r\n\r\n"),
        (405, true, "PUT /a.txt HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"),
        (400, false, "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n"),
        (400, false, "GET /a%2Fb HTTP/1.1\r\nHost: a\r\n\r\n"),
        (501, false, "BREW / HTTP/1.1\r\nHost: a\r\n\r\n"),
        (405, false, "DELETE /a.txt HTTP/1.1\r\nHost: a\r\n\r\n"),
        (405, false, "POST /a.txt HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"),
        (405, false, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x\r\nabc\r\n0\r\nT: v\r\n\r\n"),
        (204, false, "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"),
        (204, false, "OPTIONS /a.txt HTTP/1.1\r\nHost: a\r\n\r\n"),
        (404, false, "GET /.secret HTTP/1.1\r\nHost: a\r\n\r\n"),
        (404, false, "GET /no/such/thing HTTP/1.1\r\nHost: a\r\n\r\n"),
        (404, false, "GET /a.txt/ HTTP/1.1\r\nHost: a\r\n\r\n"),
    ];

    public static ScriptedRequest Make(Random random)
    {
        // The long ones more rarely: most of their time goes into copying.
        var recipe = Recipes[random.Next(Recipes.Length)];
        if (recipe.Text.Length > 1_000 && random.Next(8) != 0) recipe = Recipes[0];
        var words = recipe.Text.Split(' ');
        return new ScriptedRequest(words[0], words[1].Length is > 0 and < 100 ? words[1] : "/")
        {
            Text = recipe.Text,
            Status = recipe.Status,
            IsLast = recipe.IsLast,
        };
    }
}

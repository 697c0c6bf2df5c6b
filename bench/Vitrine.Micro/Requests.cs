using System.Text;

namespace Vitrine.Micro;

/// <summary>Request heads as clients send them.</summary>
internal static class Requests
{
    /// <summary>What a load generator sends.</summary>
    public static byte[] LoadGenerator { get; } = "GET /page.html HTTP/1.1\r\nHost: 127.0.0.1:8000\r\n\r\n"u8.ToArray();

    /// <summary>What a browser sends.</summary>
    public static byte[] Browser { get; } = Encoding.ASCII.GetBytes(
        "GET /assets/css/main.min.css?v=20261124 HTTP/1.1\r\n"
        + "Host: www.example.org\r\n"
        + "Connection: keep-alive\r\n"
        + "sec-ch-ua: \"Chromium\";v=\"140\", \"Not=A?Brand\";v=\"24\"\r\n"
        + "sec-ch-ua-mobile: ?0\r\n"
        + "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0\r\n"
        + "Accept: text/css,*/*;q=0.1\r\n"
        + "Sec-Fetch-Site: same-origin\r\n"
        + "Sec-Fetch-Mode: no-cors\r\n"
        + "Sec-Fetch-Dest: style\r\n"
        + "Referer: https://www.example.org/articles/2026/november/\r\n"
        + "Accept-Encoding: gzip, deflate, br, zstd\r\n"
        + "Accept-Language: en-GB,en;q=0.9,de;q=0.8\r\n\r\n");
}

using System.Text;

namespace Vitrine.Attacks.Wire;

/// <summary>Requests as bytes.</summary>
internal static class RequestText
{
    /// <summary>A GET with further field lines, each with its CRLF.</summary>
    public static byte[] Get(string path, string fields = "") =>
        Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n");

    /// <summary>The same bytes again and again.</summary>
    public static byte[] Repeat(byte[] bytes, int count)
    {
        var all = new byte[bytes.Length * count];
        for (var i = 0; i < count; i++) bytes.CopyTo(all, i * bytes.Length);
        return all;
    }
}

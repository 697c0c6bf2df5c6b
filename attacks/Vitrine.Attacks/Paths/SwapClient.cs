using System.Text;
using Vitrine.Attacks.Wire;

namespace Vitrine.Attacks.Paths;

/// <summary>Asks for what is being swapped, many requests at a time, and counts what comes.</summary>
/// <param name="port">The server's.</param>
/// <param name="folder">The path of the folder that the files are in.</param>
/// <param name="files">How many there are.</param>
internal sealed class SwapClient(int port, string folder, int files)
{
    /// <summary>More names than are asked for while one look at them counts, and less than a file may have.</summary>
    public const int MostFiles = 50_000;

    private const int AtATime = 100;

    /// <summary>What the files within the root are.</summary>
    public static ReadOnlySpan<byte> Inside => "this is what may be seen\n"u8;

    /// <summary>What stands in all that lies outside, in names and in bytes.</summary>
    public static ReadOnlySpan<byte> Mark => "OUTSIDE-THE-ROOT"u8;

    /// <summary>Replies with the inside's bytes.</summary>
    public long InsideCount { get; private set; }

    /// <summary>Replies with the mark, or with a length that only the outside has.</summary>
    public long OutsideCount { get; private set; }

    /// <summary>Replies that say 404.</summary>
    public long MissingCount { get; private set; }

    /// <summary>All others.</summary>
    public long OtherCount { get; private set; }

    /// <summary>The name of a file.</summary>
    public static string NameOf(int number) => $"f{number:D5}";

    /// <summary>Makes so many requests, from a number on.</summary>
    public void Run(int first, int count)
    {
        WireClient? client = null;
        for (var done = 0; done < count; done += AtATime)
        {
            client ??= new WireClient(port);
            var batch = Batch(first + done);
            client.Send(batch);
            for (var i = 0; i < AtATime; i++) Count(client.Read(hasBody: !IsHead(i)));
        }
        client?.Dispose();
    }

    private static bool IsHead(int place) => place % 20 == 19;

    // Files with a sibling that may be sent instead, now and then without a body, and the listing of their folder.
    private byte[] Batch(int first)
    {
        var text = new StringBuilder();
        for (var i = 0; i < AtATime; i++)
        {
            var name = i == 0 ? "" : NameOf((int)((first + i) * 7_919L % files));
            text.Append(IsHead(i) ? "HEAD" : "GET").Append($" /{folder}/{name} HTTP/1.1\r\nHost: a\r\n");
            text.Append("Accept-Encoding: gzip\r\n\r\n");
        }
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    private void Count(Reply reply)
    {
        var length = reply.Field("content-length:"u8);
        var isOutside = reply.Body.IndexOf(Mark) >= 0 || reply.Head.IndexOf(Mark) >= 0
            || (reply.Status == 200 && reply.Body.IsEmpty && length != $"{Inside.Length}");
        if (isOutside) OutsideCount++;
        else if (reply.Status == 404) MissingCount++;
        else if (reply.Status == 200 && (reply.Body.IsEmpty || reply.Body.SequenceEqual(Inside))) InsideCount++;
        else OtherCount++;
    }
}

using System.Text;
using Vitrine.Http;
using Vitrine.Http.Head;
using Vitrine.Http.Http1;

namespace Vitrine.Tests.Http.Http1;

public sealed class BodyReaderTests
{
    private static readonly Limits Limits = new() { BodyBytes = 1_000 };

    [Theory]
    [InlineData(40, ParseError.None)]
    [InlineData(60, ParseError.BodyTooLarge)]
    public void The_framing_of_chunks_counts_as_body(int chunks, ParseError expected)
    {
        // 19 bytes each that count (the CRLF behind the content does not): 40 of them fit, 60 do not.
        var chunk = "1;" + new string('x', 14) + "\r\nc\r\n";
        Assert.Equal(21, chunk.Length);
        Assert.Equal(expected, Read(string.Concat(Enumerable.Repeat(chunk, chunks)) + "0\r\n\r\n", out var isDone));
        Assert.Equal(expected == ParseError.None, isDone);
    }

    [Theory]
    [InlineData(990, ParseError.None)]
    [InlineData(1_001, ParseError.BodyTooLarge)]
    public void One_large_chunk_is_held_to_the_limit(int length, ParseError expected)
    {
        Assert.Equal(expected, Read($"{length:x}\r\n{new string('c', length)}\r\n0\r\n\r\n", out var isDone));
        Assert.Equal(expected == ParseError.None, isDone);
    }

    private static ParseError Read(string text, out bool isDone)
    {
        var body = BodyReader.OfChunks();
        var error = body.Read(Encoding.ASCII.GetBytes(text), Limits, null, out _, out _);
        isDone = body.IsDone;
        return error;
    }
}

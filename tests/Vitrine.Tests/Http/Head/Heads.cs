using Vitrine.Http;
using Vitrine.Http.Head;
using Vitrine.Http.Http1;

namespace Vitrine.Tests.Http.Head;

/// <summary>Request heads out of text, in the one way in which they come about: through the parser.</summary>
internal static class Heads
{
    private static readonly Limits Defaults = new();

    /// <summary>A head that has to be right. Lines are given without their ends.</summary>
    public static RequestHead Parse(params string[] lines)
    {
        var bytes = Latin.Bytes(Text(lines));
        var builder = new HeadBuilder(Defaults);
        var outcome = Http1Parser.Parse(bytes, builder, Defaults, out var error);
        Assert.Equal((Http1Parser.Outcome.Complete, ParseError.None), (outcome, error));
        Assert.Equal(bytes.Length, builder.LineStart);
        return builder.Over(bytes);
    }

    /// <summary>A GET in HTTP/1.1 with a Host and further fields.</summary>
    public static RequestHead Get(string target, params string[] fields) =>
        Parse([$"GET {target} HTTP/1.1", "Host: a.example", .. fields]);

    /// <summary>What is wrong with a head, or <see cref="ParseError.None"/>.</summary>
    public static ParseError ErrorOf(params string[] lines) => ErrorOf(Defaults, Text(lines));

    /// <summary>What is wrong with a head that is given byte by byte, line ends included.</summary>
    public static ParseError ErrorOf(Limits limits, string text)
    {
        var outcome = Http1Parser.Parse(Latin.Bytes(text), new HeadBuilder(limits), limits, out var error);
        Assert.NotEqual(Http1Parser.Outcome.Incomplete, outcome);
        Assert.Equal(outcome == Http1Parser.Outcome.Complete, error == ParseError.None);
        return error;
    }

    public static string Text(params string[] lines) => string.Join("\r\n", lines) + "\r\n\r\n";
}

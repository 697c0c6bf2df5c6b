using System.Text;
using CsCheck;

namespace Vitrine.Tests.Simulation;

public class SplitTests
{
    [Fact]
    public void A_stream_in_any_pieces_is_answered_like_the_whole()
    {
        var random = new Random(20_261_123);
        var answered = 0;
        for (var i = 0; i < 6_000; i++)
        {
            var stream = Traffic.Make(random, i);
            if (random.Next(2) == 0) stream = Traffic.Mutate(stream, random);
            var ended = random.Next(2) == 0;
            var (whole, want) = ProtocolRun.Run([stream], ended, expired: !ended);
            var pieces = Cut(stream, random);
            var (split, splitWant) = ProtocolRun.Run(pieces, ended, expired: !ended);
            if (!whole.AsSpan().SequenceEqual(split) || want != splitWant)
                Assert.Fail($"stream {i}, {want} or {splitWant}:\n{Encoding.Latin1.GetString(stream)}\n--- whole\n"
                    + $"{Encoding.Latin1.GetString(whole)}\n--- split\n{Encoding.Latin1.GetString(split)}");
            if (whole.Length > 0) answered++;
        }
        Assert.True(answered > 5_000, "Nearly every stream has a reply.");
    }

    [Fact]
    public void Any_bytes_at_all_are_answered_alike_in_any_two_pieces()
    {
        // Bytes that a parser cares about, and some that it should not.
        var bytes = Gen.OneOf(Gen.Byte, Gen.Char["\r\n \t:;,/*0159aGETHOPX.\0"].Select(c => (byte)c));
        string[] starts =
        [
            "", "GET /hello HTTP/1.1\r\n", "GET /hello HTTP/1.1\r\nHost: a\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
        ];
        Gen.Select(Gen.Int[0, starts.Length - 1], bytes.Array[0, 120], Gen.Int[0, 200], Gen.Bool).Sample(
            (start, rest, at, ended) =>
            {
                byte[] stream = [.. Encoding.ASCII.GetBytes(starts[start]), .. rest];
                at = Math.Min(at, stream.Length);
                var whole = ProtocolRun.Run([stream], ended, expired: !ended);
                var split = ProtocolRun.Run(
                    Cut([stream.AsMemory(0, at), stream.AsMemory(at)]), ended, expired: !ended);
                Assert.Equal(whole.Want, split.Want);
                Assert.Equal(Encoding.Latin1.GetString(whole.Output), Encoding.Latin1.GetString(split.Output));
            },
            iter: 20_000);
    }

    [Theory]
    [InlineData(8_192, 1)] // around the limit of the request line
    [InlineData(32_768, 2)] // around the limit of the head
    public void A_head_near_its_limit_is_answered_alike_in_any_pieces(int limit, int where)
    {
        var random = new Random(limit);
        for (var length = limit - 50; length < limit + 2; length++)
        {
            var fill = new string('a', length);
            var text = where == 1
                ? $"GET /{fill} HTTP/1.1\r\nHost: a\r\n\r\n"
                : $"GET /hello HTTP/1.1\r\nHost: a\r\nX: {fill}\r\n\r\n";
            foreach (var end in (string[])["", "\n", "\r", "\0"])
            {
                var stream = Encoding.ASCII.GetBytes(end.Length == 0 ? text : text[..^4] + end);
                var (whole, _) = ProtocolRun.Run([stream], ended: false, expired: true);
                for (var i = 0; i < 3; i++)
                {
                    var (split, _) = ProtocolRun.Run(Cut(stream, random), ended: false, expired: true);
                    Assert.Equal(Encoding.Latin1.GetString(whole), Encoding.Latin1.GetString(split));
                }
            }
        }
    }

    // An empty piece would say that all pieces are in.
    private static List<ReadOnlyMemory<byte>> Cut(ReadOnlyMemory<byte>[] pieces) =>
        [.. pieces.Where(piece => !piece.IsEmpty)];

    private static List<ReadOnlyMemory<byte>> Cut(byte[] stream, Random random)
    {
        var pieces = new List<ReadOnlyMemory<byte>>();
        var most = random.Next(3) switch { 0 => 1, 1 => 10, _ => 4_000 };
        if (stream.Length > 2_000) most = Math.Max(most, 2_000);
        for (var at = 0; at < stream.Length;)
        {
            var length = Math.Min(random.Next(1, most + 1), stream.Length - at);
            pieces.Add(stream.AsMemory(at, length));
            at += length;
        }
        return pieces;
    }
}

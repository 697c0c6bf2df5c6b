using System.Collections.Concurrent;
using System.Net.Sockets;
using Vitrine.Attacks.Wire;

namespace Vitrine.Attacks.Faults;

/// <summary>Does everything that clients do, in turn and at random, and checks each reply.</summary>
/// <param name="port">The server's.</param>
/// <param name="content">What it serves.</param>
/// <param name="seed">In which order.</param>
/// <param name="faults">What went wrong, and how many times.</param>
internal sealed class SoakClient(int port, SoakContent content, int seed, ConcurrentDictionary<string, int> faults)
{
    private const int MostPauseMs = 5;
    private const int DiesOnceIn = 50;
    private const int AtATime = 10;

    private readonly Random random = new(seed);
    private WireClient? kept;

    /// <summary>Replies that were right.</summary>
    public long Right { get; private set; }

    /// <summary>Times that it left without waiting for the reply.</summary>
    public long Died { get; private set; }

    public void Run(Func<bool> isOver)
    {
        Action[] acts =
            [Small, Small, Anew, Pipelined, Medium, Large, Range, NotModified, Missing, Cold, Cold, List, Coded];
        while (!isOver())
        {
            Thread.Sleep(random.Next(MostPauseMs));
            var act = acts[random.Next(acts.Length)];
            try
            {
                kept ??= new WireClient(port);
                act();
                if (random.Next(DiesOnceIn) == 0) Die();
            }
            catch (Exception fault) when (fault is IOException or SocketException)
            {
                Fault($"{act.Method.Name}: {fault.Message}");
                kept?.Dispose();
                kept = null;
            }
        }
        kept?.Dispose();
    }

    private void Small() => Fetch(random.Next(2));

    private void Medium() => Fetch(2);

    // Less often than the others: its bytes are most of all there are.
    private void Large() => Fetch(random.Next(10) == 0 ? 3 : 2);

    private void Fetch(int size)
    {
        var number = random.Next(SoakContent.PerSize);
        Check(size, number, 0, Ask(SoakContent.PathOf(size, number)), 200);
    }

    private void Anew()
    {
        using var client = new WireClient(port);
        client.Send(RequestText.Get(SoakContent.PathOf(0, 0), "Connection: close\r\n"));
        Check(0, 0, 0, client.Read(), 200);
    }

    private void Pipelined()
    {
        for (var i = 0; i < AtATime; i++) kept!.Send(RequestText.Get(SoakContent.PathOf(0, i % SoakContent.PerSize)));
        for (var i = 0; i < AtATime; i++) Check(0, i % SoakContent.PerSize, 0, kept!.Read(), 200);
    }

    private void Range()
    {
        var size = random.Next(SoakContent.Sizes.Count);
        var number = random.Next(SoakContent.PerSize);
        var first = random.Next(SoakContent.Sizes[size] / VersionedBytes.Word) * VersionedBytes.Word;
        var last = Math.Min(first + 80_000, SoakContent.Sizes[size]) - 1;
        Check(size, number, first, Ask(SoakContent.PathOf(size, number), $"Range: bytes={first}-{last}\r\n"), 206);
    }

    private void NotModified()
    {
        var path = content.Cold.PathOf(0);
        var tag = Ask(path).Field("etag:"u8);
        Expect(Ask(path, $"If-None-Match: {tag}\r\n").Status == 304, "not 304");
    }

    private void Missing() => Expect(Ask($"/missing/{random.Next()}").Status == 404, "not 404");

    private void Cold()
    {
        var number = random.Next(content.Cold.Count);
        Expect(content.Cold.IsRight(number, Ask(content.Cold.PathOf(number))), "other bytes than the cold file's");
    }

    private void List() => Expect(Ask("/changing/").Body.IndexOf("100000-0.bin"u8) > 0, "no listing");

    private void Coded()
    {
        var coding = random.Next(SoakContent.Codings.Count);
        var (name, _, bytes) = SoakContent.Codings[coding];
        var reply = Ask("/site.js", name.Length == 0 ? "" : $"Accept-Encoding: {name}\r\n");
        var isRight = (reply.Field("content-encoding:"u8) ?? "") == name
            && reply.Body.SequenceEqual(bytes);
        Expect(isRight, "other bytes than the sibling's");
    }

    // Leaves with a reply under way, with a reset or without.
    private void Die()
    {
        kept!.Send(RequestText.Get(SoakContent.PathOf(random.Next(SoakContent.Sizes.Count), 0)));
        kept.Close(reset: random.Next(2) == 0);
        kept = null;
        Died++;
    }

    private Reply Ask(string path, string fields = "")
    {
        kept!.Send(RequestText.Get(path, fields));
        return kept.Read();
    }

    private void Check(int size, int number, long offset, Reply reply, int status)
    {
        // It was changed just now and does not rest yet: that is an answer too.
        if (reply.Status == 503) Fault("503");
        else
        {
            var isRight = reply.Status == status && !reply.Body.IsEmpty
                && VersionedBytes.VersionOf(reply.Body, offset) is { } version
                && SoakContent.IsOf(size, number, version);
            Expect(isRight, $"status {reply.Status}, or other bytes than the file's");
        }
    }

    private void Expect(bool isRight, string otherwise)
    {
        if (isRight) Right++;
        else Fault($"wrong: {otherwise}");
    }

    private void Fault(string what) => faults.AddOrUpdate(what, 1, (_, count) => count + 1);
}

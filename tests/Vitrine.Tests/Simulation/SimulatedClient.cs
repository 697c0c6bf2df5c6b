using Vitrine.Http.Replies;
using Vitrine.Net;

namespace Vitrine.Tests.Simulation;

/// <summary>How a client behaves once it has sent all that it means to send.</summary>
internal enum Ending
{
    /// <summary>It ends its side and reads to the end.</summary>
    Finishes,

    /// <summary>It sends nothing more and reads whatever comes.</summary>
    Stalls,

    /// <summary>It breaks the connection.</summary>
    Resets,

    /// <summary>It stops to read somewhere on the way, and sends nothing more.</summary>
    StopsReading,
}

/// <summary>One client: what it sends, how it ends, and what it got.</summary>
/// <param name="initial">What it sends; <see cref="Answers"/> may add to it.</param>
/// <param name="ending">How it ends.</param>
/// <param name="readLimit">So many bytes it reads, if it stops to read.</param>
/// <param name="splitAt">Where it pauses until all before was taken; else it sends pieces of any length.</param>
internal sealed class SimulatedClient(byte[] initial, Ending ending, int readLimit = int.MaxValue, int? splitAt = null)
{
    private readonly List<byte> received = [];
    private byte[] stream = initial;
    private int delivered;
    private int taken;
    private int window;
    private bool hasEnded;
    private bool isReset;
    private bool isBlocked;

    public byte[] Stream => stream;

    /// <summary>What it sends for what it gets, if anything.</summary>
    public Func<ReadOnlyMemory<byte>, byte[]>? Answers { get; init; }

    /// <summary>Whether it has all that it asked for, and ends its side; null when it does so in any case.</summary>
    public Func<bool>? HasAll { get; init; }

    public Ending Ending => ending;

    public int Socket { get; set; } = -1;

    public long Token { get; set; }

    public bool IsServerDone { get; set; }

    public bool IsClosed { get; set; }

    public bool WasAborted { get; set; }

    public byte[] Received => [.. received];

    public bool HasInput => delivered > taken || hasEnded || isReset;

    /// <summary>The next thing that happens on its side; none when it has nothing left to do.</summary>
    public Readiness Step(Random random)
    {
        if (isReset || Socket < 0) return Readiness.None;
        if (isBlocked && CanRead && random.Next(2) == 0)
        {
            isBlocked = false;
            window = random.Next(1, random.Next(8) == 0 ? 3_000 : 200_000);
            return Readiness.Writable;
        }
        if (splitAt is not null && delivered < stream.Length)
        {
            if (taken < delivered) return Readiness.None;
            delivered = delivered < splitAt ? splitAt.Value : stream.Length;
            return Readiness.Readable;
        }
        if (delivered < stream.Length)
        {
            var most = random.Next(4) switch { 0 => 1, 1 => 8, 2 => 100, _ => stream.Length };
            delivered += random.Next(1, Math.Min(most, stream.Length - delivered) + 1);
            return Readiness.Readable;
        }
        if (ending == Ending.Resets)
        {
            isReset = true;
            return Readiness.Readable | Readiness.Writable | Readiness.Ended;
        }
        // Whoever sees the server end its side ends its own; a client that finishes does so anyway.
        if (!hasEnded && ((ending == Ending.Finishes && HasAll?.Invoke() != false) || (IsServerDone && CanRead)))
        {
            hasEnded = true;
            return Readiness.Readable | Readiness.Ended;
        }
        if (!isBlocked || !CanRead) return Readiness.None;
        isBlocked = false;
        window = random.Next(1, 500_000);
        return Readiness.Writable;
    }

    public int TakeInput(Span<byte> buffer)
    {
        if (isReset) return TransportResult.Broken;
        var count = Math.Min(delivered - taken, buffer.Length);
        if (count == 0) return hasEnded ? 0 : TransportResult.WouldBlock;
        stream.AsSpan(taken, count).CopyTo(buffer);
        taken += count;
        return count;
    }

    private const int MostOfFile = 100_000;

    public long GiveOutput(OutputQueue output, Random random, out bool isFull)
    {
        ref readonly var segment = ref output[0];
        if (segment.File is not { } file) return GiveOutput(segment.Span, random, out isFull);
        var bytes = new byte[Math.Min(segment.Length, MostOfFile)];
        return GiveOutput(bytes.AsSpan(0, Math.Max(0, file.Read(segment.Position, bytes))), random, out isFull);
    }

    public long GiveOutput(ReadOnlySpan<byte> output, Random random, out bool isFull)
    {
        isFull = false;
        if (IsServerDone) throw new InvalidOperationException("Sent after the end.");
        if (isReset) return TransportResult.Broken;
        if (window == 0 && CanRead && random.Next(2) == 0) window = random.Next(1, 100_000);
        var count = Math.Min(output.Length, window);
        if (ending == Ending.StopsReading) count = Math.Min(count, readLimit - received.Count);
        if (count <= 0)
        {
            isBlocked = true;
            return TransportResult.WouldBlock;
        }
        received.AddRange(output[..count]);
        if (Answers?.Invoke(output[..count].ToArray()) is { Length: > 0 } more) stream = [.. stream, .. more];
        window -= count;
        if (window == 0 && random.Next(2) == 0) isFull = isBlocked = true;
        return count;
    }

    private bool CanRead => ending != Ending.StopsReading || received.Count < readLimit;
}

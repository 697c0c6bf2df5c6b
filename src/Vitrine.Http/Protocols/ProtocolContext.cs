using Vitrine.Http.Head;
using Vitrine.Http.Replies;

namespace Vitrine.Http.Protocols;

/// <summary>
/// What the protocols of one worker share: the responder, the limits, the time (which comes in as a value),
/// the part of a head that is the same for a second, and spare head builders. Owned by one worker, so nothing
/// here is locked.
/// </summary>
public sealed class ProtocolContext
{
    private readonly Stack<HeadBuilder> spareHeads = new();
    private readonly BakedHead?[] heads = new BakedHead?[2 * Statuses.Count]; // by status, then those that are strict
    private HeadBuilder? spareHead; // the one that nearly every request gets

    /// <summary>Makes the context of one worker.</summary>
    /// <param name="responder">Who answers.</param>
    /// <param name="limits">The limits of a request.</param>
    /// <param name="serverHeader">Whether replies carry <c>Server: vitrine</c>.</param>
    /// <param name="boundary">The delimiter of multipart bodies, which no content should hold: random, at
    /// most 70 characters.</param>
    public ProtocolContext(IResponder responder, Limits limits, bool serverHeader, string boundary)
    {
        Responder = responder;
        Limits = limits;
        Boundary = System.Text.Encoding.ASCII.GetBytes(boundary);
        HasServerHeader = serverHeader;
        SetTime(0, 0);
    }

    /// <summary>Who answers.</summary>
    public IResponder Responder { get; }

    /// <summary>The limits.</summary>
    public Limits Limits { get; }

    /// <summary>The delimiter of multipart bodies.</summary>
    public byte[] Boundary { get; }

    /// <summary>The worker's clock in milliseconds; it only goes forward.</summary>
    public long NowMs { get; private set; }

    /// <summary>The same clock in microseconds, kept only while somebody watches or logs.</summary>
    public long NowUs { get; set; }

    /// <summary>Seconds since 1970.</summary>
    public long UnixSeconds { get; private set; }

    /// <summary>True while the server stops: every reply is its connection's last.</summary>
    public bool IsDraining { get; set; }

    /// <summary>Whether replies carry Server.</summary>
    internal bool HasServerHeader { get; }

    /// <summary>For how many seconds clients are to come by TLS alone (Strict-Transport-Security, RFC 6797); null says
    /// nothing of it.</summary>
    public int? StrictSeconds { get; init; }

    /// <summary>True when replies are marked for a log.</summary>
    public bool KeepsMarks { get; init; }

    /// <summary>Sets the time.</summary>
    public void SetTime(long nowMs, long unixSeconds)
    {
        NowMs = nowMs;
        UnixSeconds = unixSeconds;
    }

    /// <summary>The beginning of a head: status line, Server and Date, to a client that came in by a way.</summary>
    internal ReadOnlySpan<byte> HeadOf(Status status, Entrance? entrance)
    {
        var strict = StrictFor(entrance);
        ref var head = ref heads[Statuses.PlaceOf(status) + (strict is null ? 0 : Statuses.Count)];
        return (head ??= new BakedHead(status, HasServerHeader, strict)).At(UnixSeconds);
    }

    /// <summary>What is said of <see cref="StrictSeconds"/> to who came in by a way, or null.</summary>
    internal int? StrictFor(Entrance? entrance) => StrictSeconds is not null && entrance is { IsStrict: true }
        ? StrictSeconds
        : null;

    /// <summary>An empty head builder, for a request that comes in by a way.</summary>
    public HeadBuilder RentHead(Entrance? entrance = null)
    {
        var head = spareHead;
        if (head is not null) spareHead = null;
        else if (!spareHeads.TryPop(out head)) head = new HeadBuilder(Limits);
        head.Entrance = entrance ?? Entrance.Clear;
        return head;
    }

    /// <summary>Gives a head builder back.</summary>
    public void ReturnHead(HeadBuilder head)
    {
        head.Reset();
        if (spareHead is null) spareHead = head;
        else if (spareHeads.Count < 64) spareHeads.Push(head);
    }
}

using Vitrine.Http.Replies;

namespace Vitrine.Http.Protocols;

/// <summary>
/// A protocol of one connection: a state machine that is lent input for one call and puts its replies into
/// the output. It never blocks, waits or calls back.
/// </summary>
public interface IProtocol
{
    /// <summary>What the connection is in the middle of.</summary>
    Phase Phase { get; }

    /// <summary>When that phase began, in the milliseconds of the worker's clock.</summary>
    long PhaseStartedMs { get; }

    /// <summary>Not null after <see cref="Want.Wait"/>: what is waited for.</summary>
    PendingReply? Pending { get; }

    /// <summary>
    /// What was refused last since the last time that this was asked, or null; and how many more were.
    /// </summary>
    Refusal? TakeRefusal(out int more);

    /// <summary>
    /// Takes what it can of <paramref name="input"/>. What it leaves over is given again, followed by more,
    /// in the next call; positions inside it stay true. <paramref name="ended"/> says that no more will ever
    /// come.
    /// </summary>
    Want Consume(ReadOnlySpan<byte> input, bool ended, OutputQueue output, out int consumed);

    /// <summary>
    /// The pending reply is done: it is answered now. The input that is left follows with the next call.
    /// </summary>
    Want Resume(OutputQueue output);

    /// <summary>The phase's deadline has passed. Says goodbye if there is anybody to say it to.</summary>
    Want Expire(OutputQueue output);

    /// <summary>There are too many connections: says so (503) before any request is read.</summary>
    Want Refuse(OutputQueue output);

    /// <summary>The connection is gone: gives back what it holds.</summary>
    void Release();
}

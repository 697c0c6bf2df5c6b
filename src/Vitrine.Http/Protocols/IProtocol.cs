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

    /// <summary>
    /// When it has to have gone on, in the same milliseconds; null when its phase says that.
    /// </summary>
    long? DeadlineMs => null;

    /// <summary>Whether there are replies that are begun and not all in the output.</summary>
    bool HasUnfinished => false;

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
    /// Something that it waits for is done, and goes on now; null when it was not this, after all. The input that is
    /// left follows with the next call.
    /// </summary>
    Want? Resume(OutputQueue output);

    /// <summary>The phase's deadline has passed. Says goodbye if there is anybody to say it to.</summary>
    Want Expire(OutputQueue output);

    /// <summary>There are too many connections: says so (503) before any request is read.</summary>
    Want Refuse(OutputQueue output);

    /// <summary>The server stops: says so, if the protocol can; else null, and the next reply will.</summary>
    Want? Stop(OutputQueue output) => null;

    /// <summary>
    /// The connection is gone: gives back what it holds, and marks in the output, if there is one, what of replies was
    /// put in.
    /// </summary>
    void Release(OutputQueue? output);
}

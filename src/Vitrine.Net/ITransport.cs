using Vitrine.Http.Replies;

namespace Vitrine.Net;

/// <summary>
/// The wire, as one worker uses it: readiness, bytes in, bytes out, and the time. The only generic seam
/// (<c>Worker&lt;T&gt; where T : struct, ITransport</c>), so the loop makes no virtual call. Sockets are
/// numbers that the transport gives out. All calls come from the worker's thread, but for <see cref="Wake"/>.
/// </summary>
public interface ITransport : IDisposable
{
    /// <summary>A clock in milliseconds that only goes forward.</summary>
    long NowMs { get; }

    /// <summary>The same clock, finer and dearer: for who watches or logs.</summary>
    long NowUs { get; }

    /// <summary>Seconds since 1970.</summary>
    long UnixSeconds { get; }

    /// <summary>Waits for events for at most that long (-1: for ever); returns how many there are.</summary>
    int Wait(Span<TransportEvent> events, int timeoutMs);

    /// <summary>
    /// Takes a new connection: its socket, or <see cref="TransportResult.WouldBlock"/> when there is none, or
    /// <see cref="TransportResult.Exhausted"/> when there are no descriptors for it. <paramref name="listener"/> is
    /// the place of the listener that it came to among those of the transport.
    /// </summary>
    int Accept(out PeerAddress peer, out int listener);

    /// <summary>
    /// Reports the socket's events under <paramref name="token"/> from now on, and at once if it is ready.
    /// Later an event comes when readiness begins: what is not read or written until it would block is not
    /// reported again. The socket may have been read and written before.
    /// </summary>
    bool Register(int socket, long token);

    /// <summary>Reports new connections, or stops to do so.</summary>
    void SetAccepting(bool accepting);

    /// <summary>Closes the listeners for good.</summary>
    void StopListening();

    /// <summary>
    /// Receives: how many bytes, 0 at the end of input, or one of <see cref="TransportResult"/>. Fewer bytes
    /// than there was room for are all there were: an event tells of more.
    /// </summary>
    int Receive(int socket, Span<byte> buffer);

    /// <summary>
    /// The most that one call of <see cref="Send(int, OutputQueue, out bool)"/> sends: then others have their turn. As
    /// much as the kernel's buffer of a fast connection takes; with a quarter of it a download cost an eighth more.
    /// </summary>
    const int MostSentBytes = 2048 * 1024;

    /// <summary>
    /// Sends from the front of the output: how many bytes, or one of <see cref="TransportResult"/>. The
    /// caller takes them off. When <paramref name="isFull"/>, no more would be taken at the moment, and an event will
    /// tell: to try again at once would be a call for little or nothing.
    /// </summary>
    long Send(int socket, OutputQueue output, out bool isFull);

    /// <summary>Sends bytes that are all there is, and as <see cref="Send(int, OutputQueue, out bool)"/> does. After
    /// <see cref="TransportResult.WouldBlock"/> the same are given again.</summary>
    long Send(int socket, ReadOnlySpan<byte> bytes, out bool isFull);

    /// <summary>Says that nothing more will be sent.</summary>
    void ShutdownWrite(int socket);

    /// <summary>
    /// Closes the connection; with a reset if <paramref name="abort"/>, so that a cut reply is seen as cut.
    /// </summary>
    void Close(int socket, bool abort);

    /// <summary>Ends the <see cref="Wait"/> that is under way, or the next one. Any thread.</summary>
    void Wake();
}

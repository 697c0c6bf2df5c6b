using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Vitrine.Http.Replies;

namespace Vitrine.Net.Linux;

#pragma warning disable CA1001 // it is disposable: ITransport is
/// <summary>
/// The wire through epoll, edge-triggered: each connection is registered once, for everything. A request on a
/// kept connection costs three system calls: epoll_wait (shared with others that are ready), recv, send.
/// </summary>
[SupportedOSPlatform("linux")]
public readonly unsafe struct EpollTransport : ITransport
{
    private const long WakeToken = long.MaxValue;
    private const long FirstListenerToken = long.MinValue;
    private const int MostGathered = 16;
    private const int ScratchBytes = 256 * 1024;
    private const int MostFailures = 100;
    private const int RestMs = 10;

    // Of a window that is shorter the copy costs less than a call.
    private const int LeastUncopiedBytes = 48 * 1024;

    // What sendfile queues are references to the file's pages: until the receiver has read them, a change of the file
    // changes them, unless nobody can change it. So the end of every window is copied instead, more than the kernel can
    // queue at both ends of a connection. When the last copy is checked, no reference is left, and what was sent is one
    // state of the file; a file that changed before that never gets its last byte sent. See
    // docs/adr/0004-files-that-change.md.
    private static readonly long TailBytes = KernelBuffers.MostQueuedBytes;

    private readonly int epoll;
    private readonly SafeFileHandle wakeup; // others write to it, perhaps after the end
    private readonly List<int> listeners;
    private readonly int[] turn;
    private readonly int[] failures;
    private readonly bool[] mayAccept; // whether a listener may have connections that were not taken yet
    private readonly EpollEvents kernelEvents;
    private readonly PinnedBytes scratch;

    /// <summary>Takes over listeners that were opened by <see cref="Listen"/>.</summary>
    /// <exception cref="SocketException">No descriptors.</exception>
    public EpollTransport(IReadOnlyList<int> listeners)
    {
        this.listeners = [.. listeners];
        turn = [0];
        failures = [0];
        mayAccept = new bool[listeners.Count];
        kernelEvents = new EpollEvents(256);
        scratch = new PinnedBytes(ScratchBytes);
        epoll = Libc.epoll_create1(Libc.EPOLL_CLOEXEC);
        var signal = Libc.eventfd(0, Libc.EFD_NONBLOCK | Libc.EFD_CLOEXEC);
        wakeup = new SafeFileHandle(signal, ownsHandle: true);
        if (epoll < 0 || signal < 0 || !Control(Libc.EPOLL_CTL_ADD, signal, Libc.EPOLLIN | Libc.EPOLLET, WakeToken))
        {
            var error = SystemError.Last();
            Dispose();
            throw error;
        }
        for (var i = 0; i < listeners.Count; i++) Control(Libc.EPOLL_CTL_ADD, listeners[i], 0, FirstListenerToken + i);
    }

    /// <inheritdoc/>
    public long NowMs => Environment.TickCount64;

    /// <inheritdoc/>
    public long NowUs => Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1_000_000);

    /// <inheritdoc/>
    public long UnixSeconds => DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    /// <summary>
    /// Opens listeners on the same endpoint, one for each of <paramref name="count"/> workers.
    /// </summary>
    /// <exception cref="SocketException">The address is in use, not to be had, or not allowed.</exception>
    public static int[] Listen(IPEndPoint endPoint, int count, out int port)
    {
        var listeners = EpollListener.Open(endPoint, count);
        port = EpollListener.PortOf(listeners[0]);
        return listeners;
    }

    /// <summary>Closes a listener that no transport has taken over.</summary>
    public static void CloseListener(int listener) => _ = Libc.close(listener);

    /// <inheritdoc/>
    public int Wait(Span<TransportEvent> events, int timeoutMs)
    {
        var count = Libc.epoll_wait(
            epoll, kernelEvents.Address, Math.Min(events.Length, kernelEvents.Capacity), timeoutMs);
        if (count < 0) Rest(Marshal.GetLastSystemError());
        else failures[0] = 0;
        var used = 0;
        for (var i = 0; i < count; i++)
        {
            var token = kernelEvents.Data(i);
            if (token == WakeToken) DrainWakeup();
            else if (token < 0)
            {
                mayAccept[token - FirstListenerToken] = true;
                events[used++] = new TransportEvent(0, Readiness.Acceptable);
            }
            else events[used++] = new TransportEvent(token, ReadinessOf(kernelEvents.Flags(i)));
        }
        return used;
    }

    /// <inheritdoc/>
    public int Accept(out PeerAddress peer, out int listener)
    {
        var address = stackalloc byte[EpollListener.AddressBytes];
        peer = default;
        listener = 0;
        for (var i = 0; i < listeners.Count; i++)
        {
            // Each has its turn to be asked first, so that none starves the others.
            listener = (turn[0] + i) % listeners.Count;
            if (!mayAccept[listener]) continue;
            uint length = EpollListener.AddressBytes;
            var fd = Libc.accept4(listeners[listener], address, &length, Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC);
            if (fd >= 0)
            {
                turn[0] = listener + 1;
                peer = EpollListener.Read(new ReadOnlySpan<byte>(address, (int)length));
                return fd;
            }
            switch (Marshal.GetLastSystemError())
            {
                case Libc.EAGAIN:
                    mayAccept[listener] = false;
                    continue;
                case Libc.EMFILE or Libc.ENFILE or Libc.ENOBUFS or Libc.ENOMEM:
                    return TransportResult.Exhausted;
                default:
                    return TransportResult.Broken; // ECONNABORTED and the network errors that accept(2) passes on
            }
        }
        return TransportResult.WouldBlock;
    }

    /// <inheritdoc/>
    public bool Register(int socket, long token) => Control(
        Libc.EPOLL_CTL_ADD, socket, Libc.EPOLLIN | Libc.EPOLLOUT | Libc.EPOLLRDHUP | Libc.EPOLLET, token);

    /// <inheritdoc/>
    public void SetAccepting(bool accepting)
    {
        mayAccept.AsSpan().Fill(accepting);
        for (var i = 0; i < listeners.Count; i++)
            Control(Libc.EPOLL_CTL_MOD, listeners[i], accepting ? Libc.EPOLLIN : 0, FirstListenerToken + i);
    }

    /// <inheritdoc/>
    public void StopListening()
    {
        foreach (var listener in listeners) _ = Libc.close(listener);
        listeners.Clear();
    }

    /// <inheritdoc/>
    public int Receive(int socket, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                var count = Libc.recv(socket, start, (nuint)buffer.Length, 0);
                if (count >= 0) return (int)count;
                var error = Marshal.GetLastSystemError();
                if (error == Libc.EAGAIN) return TransportResult.WouldBlock;
                if (error != Libc.EINTR) return TransportResult.Broken;
            }
        }
    }

    /// <inheritdoc/>
    public long Send(int socket, OutputQueue output, out bool isFull)
    {
        ref readonly var first = ref output[0];
        if (first.File is { } file) return SendFile(socket, file, first, output.Count > 1, out isFull);
        var length = Math.Min(first.Length, ITransport.MostSentBytes);
        if (IsSentUncopied(first))
        {
            var position = first.Position;
            var sent = Libc.sendfile(socket, first.Memory!.Descriptor, &position, (nuint)length);
            var error = sent < 0 ? Marshal.GetLastSystemError() : 0;
            if (!IsNotForThis(error)) return Result(sent, error, length, out isFull);
        }
        else if (output.Count > 1) return SendGathered(socket, output, out isFull);
        return Result(
            Libc.send(socket, (byte*)first.Memory!.Address + first.Position, (nuint)length, Libc.MSG_NOSIGNAL),
            length,
            out isFull);
    }

    /// <inheritdoc/>
    public long Send(int socket, ReadOnlySpan<byte> bytes, out bool isFull)
    {
        fixed (byte* start = bytes)
            return Result(Libc.send(socket, start, (nuint)bytes.Length, Libc.MSG_NOSIGNAL), bytes.Length, out isFull);
    }

    // What nobody can change is sent from where it is.
    private static bool IsSentUncopied(in Segment segment) =>
        segment.Length >= LeastUncopiedBytes && segment.Memory!.Descriptor >= 0;

    /// <inheritdoc/>
    public void ShutdownWrite(int socket) => _ = Libc.shutdown(socket, Libc.SHUT_WR);

    /// <inheritdoc/>
    public void Close(int socket, bool abort)
    {
        if (abort)
        {
            var linger = new Libc.linger { l_onoff = 1, l_linger = 0 };
            _ = Libc.setsockopt(socket, Libc.SOL_SOCKET, Libc.SO_LINGER, &linger, (uint)sizeof(Libc.linger));
        }
        _ = Libc.close(socket);
    }

    /// <inheritdoc/>
    public void Wake()
    {
        ulong one = 1;
        try
        {
            _ = Libc.write(wakeup, &one, sizeof(ulong));
        }
        catch (ObjectDisposedException)
        {
            // A load that was done after the end.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        StopListening();
        wakeup.Dispose();
        if (epoll >= 0) _ = Libc.close(epoll);
    }

    private static Readiness ReadinessOf(uint flags)
    {
        var readiness = Readiness.None;
        if ((flags & Libc.EPOLLIN) != 0) readiness |= Readiness.Readable;
        if ((flags & Libc.EPOLLOUT) != 0) readiness |= Readiness.Writable;
        if ((flags & (Libc.EPOLLRDHUP | Libc.EPOLLHUP | Libc.EPOLLERR)) != 0)
            readiness |= Readiness.Readable | Readiness.Ended;
        if ((flags & (Libc.EPOLLHUP | Libc.EPOLLERR)) != 0) readiness |= Readiness.Writable;
        return readiness;
    }

    private static long SendGathered(int socket, OutputQueue output, out bool isFull)
    {
        var vectors = stackalloc Libc.iovec[MostGathered];
        var count = 0;
        var room = (long)ITransport.MostSentBytes;
        for (; count < Math.Min(output.Count, MostGathered) && room > 0; count++)
        {
            ref readonly var segment = ref output[count];
            if (segment.File is not null || IsSentUncopied(segment)) break;
            vectors[count].iov_base = (byte*)segment.Memory!.Address + segment.Position;
            vectors[count].iov_len = (nuint)Math.Min(segment.Length, room);
            room -= (long)vectors[count].iov_len;
        }
        var message = new Libc.msghdr { msg_iov = vectors, msg_iovlen = (nuint)count };
        return Result(
            Libc.sendmsg(socket, &message, Libc.MSG_NOSIGNAL | (count < output.Count ? Libc.MSG_MORE : 0)),
            ITransport.MostSentBytes - room,
            out isFull);
    }

    // Less than was asked for: the kernel's buffer is full, and it has noted that somebody waits for room (epoll(7)).
    private static long Result(nint sent, long asked, out bool isFull) =>
        Result(sent, sent < 0 ? Marshal.GetLastSystemError() : 0, asked, out isFull);

    private static long Result(nint sent, int error, long asked, out bool isFull)
    {
        isFull = sent > 0 && sent < asked;
        if (sent >= 0) return sent;
        return error switch
        {
            Libc.EAGAIN => TransportResult.WouldBlock,
            Libc.EINTR => 0,
            _ => TransportResult.Broken,
        };
    }

    private long SendFile(int socket, OpenFile file, in Segment window, bool more, out bool isFull)
    {
        var uncopied = file.IsPrivate ? window.Length : window.Length - TailBytes;
        if (uncopied > 0)
        {
            var position = file.Offset + window.Position;
            var count = Math.Min(uncopied, ITransport.MostSentBytes);
            var sent = Libc.sendfile(socket, (int)file.Handle.DangerousGetHandle(), &position, (nuint)count);
            var error = sent < 0 ? Marshal.GetLastSystemError() : 0;
            if (!IsNotForThis(error))
            {
                long result = TransportResult.Changed;
                isFull = false;
                if (error is Libc.EIO or Libc.ESTALE) result = TransportResult.Unreadable;
                else if (sent != 0) result = Result(sent, error, count, out isFull);
                // Or the file is shorter than it was: then no event would come.
                if (isFull && !file.IsUnchanged()) isFull = false;
                return result;
            }
        }
        return SendCopied(socket, file, window, more, out isFull);
    }

    // Where it is forbidden, or a file system cannot do it: what it should have sent is copied.
    private static bool IsNotForThis(int error) =>
        error is Libc.EINVAL or Libc.ENOSYS or Libc.EPERM or Libc.EOPNOTSUPP;

    private long SendCopied(int socket, OpenFile file, in Segment window, bool more, out bool isFull)
    {
        isFull = false;
        var read = file.Read(window.Position, scratch.Span[..(int)Math.Min(window.Length, scratch.Length)]);
        if (!file.IsUnchanged()) return TransportResult.Changed;
        if (read <= 0) return TransportResult.Unreadable;
        var flags = Libc.MSG_NOSIGNAL | (more || read < window.Length ? Libc.MSG_MORE : 0);
        return Result(Libc.send(socket, (byte*)scratch.Address, (nuint)read, flags), read, out isFull);
    }

    // An error of the wait itself: once is no matter, always is the end, and nothing is worth spinning.
    private void Rest(int error)
    {
        if (error == Libc.EINTR) return;
        if (++failures[0] > MostFailures) throw SystemError.Of(error);
        Thread.Sleep(RestMs);
    }

    private void DrainWakeup()
    {
        ulong count;
        _ = Libc.read(wakeup, &count, sizeof(ulong));
    }

    private bool Control(int operation, int fd, uint flags, long token)
    {
        Span<byte> data = stackalloc byte[16];
        EpollEvents.Write(data, flags, token);
        fixed (byte* start = data) return Libc.epoll_ctl(epoll, operation, fd, start) == 0;
    }
}

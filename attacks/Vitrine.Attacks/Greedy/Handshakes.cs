using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Vitrine.Attacks.Harness;
using Vitrine.Attacks.Wire;

namespace Vitrine.Attacks.Greedy;

/// <summary>What TLS lets clients do before, and beside, any request.</summary>
internal static class Handshakes
{
    private const string Large = "/large.bin";

    // A session of libssl's, in the middle of a handshake.
    private const int HandshakeBytes = 100 * 1024;
    private const int HelloBytes = 20 * 1024;

    // A record that waits, what stands before it, and the session.
    private const int ReaderBytes = 160 * 1024;

    /// <summary>As many handshakes as four clients can ask for: each costs the server more than them.</summary>
    public static Siege Full(Plan plan) => new(
        "tls-handshakes", "handshakes on 4 connections at a time, as fast as can be, none of them resumed",
        4, 4 * HandshakeBytes, assault =>
        {
            var count = 0;
            Threads.RunAll(4, _ =>
            {
                while (!assault.IsOver)
                {
                    using var client = new WireClient(assault.SecurePort, isSecure: true);
                    Interlocked.Increment(ref count);
                }
            });
            assault.Row.Note($"{count:N0} handshakes");
        })
    {
        IsSecure = true,
        Descriptors = 1_000, // those that were ended, and whose end was not seen yet
        Length = TimeSpan.FromSeconds(plan.Pick(20, 4)),
    };

    /// <summary>Hellos that are cut anywhere, by an end or by a reset.</summary>
    public static Siege Cuts(Plan plan)
    {
        var most = plan.Pick(10_000, 1_000);
        return new Siege(
            "tls-cuts", $"{most:N0} handshakes that are cut anywhere", 100, 100 * HandshakeBytes, assault =>
            {
                var hello = Hello();
                var random = new Random(1);
                var count = 0;
                for (; count < most && !assault.IsOver; count++)
                {
                    using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                    socket.Connect(IPAddress.Loopback, assault.SecurePort);
                    socket.Send(hello.AsSpan(0, random.Next(hello.Length + 1)));
                    if (random.Next(2) == 0) socket.LingerState = new LingerOption(true, 0);
                }
                assault.Row.AtLeast("cut", count, most);
            })
        {
            IsSecure = true,
            Descriptors = 1_000,
            Length = TimeSpan.FromSeconds(60),
        };
    }

    /// <summary>Hellos that come a byte a second.</summary>
    public static Siege Slow(Plan plan)
    {
        var count = plan.Pick(3_000, 300);
        var hello = Hello();
        return new Siege(
            "tls-slow-hello", $"{count:N0} connections that send a hello one byte a second",
            count, (long)count * HelloBytes, assault =>
            {
                using var crowd = new Crowd(assault.SecurePort, count);
                var next = new int[count];
                while (!assault.IsOver)
                {
                    crowd.Each(
                        (socket, number, isNew) =>
                        {
                            if (isNew) next[number] = 0;
                            Crowd.Receive(socket, new byte[16]);
                            Crowd.Send(socket, hello.AsSpan(next[number]++ % hello.Length, 1));
                        },
                        () => assault.IsOver);
                    Thread.Sleep(1_000);
                }
                assault.Row.Note($"{crowd.Opened:N0} connections, {crowd.Ended:N0} ended by the server");
            })
        {
            IsSecure = true,
        };
    }

    /// <summary>Large replies of which nothing is read.</summary>
    public static Siege SlowRead(Plan plan)
    {
        var count = plan.Pick(1_000, 100);
        return new Siege(
            "tls-zero-window", $"{count:N0} connections over TLS that ask for 500 KB and read nothing",
            count, (long)count * ReaderBytes, assault =>
            {
                var clients = new List<WireClient>();
                for (var i = 0; i < count && !assault.IsOver; i++)
                {
                    var client = new WireClient(assault.SecurePort, isSecure: true);
                    client.Send(RequestText.Get(Large));
                    clients.Add(client);
                }
                assault.Row.Note($"{clients.Count:N0} connections");
                while (!assault.IsOver) Thread.Sleep(100);
                foreach (var client in clients) client.Close(reset: true);
            })
        {
            IsSecure = true,
            Prepare = folder => folder.Write(Large[1..], new byte[500_000]),
        };
    }

    // What this system's own client says first.
    private static byte[] Hello()
    {
        using var said = new MemoryStream();
        using var tls = new SslStream(new OneWay(said));
        try
        {
            tls.AuthenticateAsClient("localhost");
        }
        catch (Exception fault) when (fault is IOException or AuthenticationException)
        {
            // Nobody answers.
        }
        return said.ToArray();
    }

    private sealed class OneWay(MemoryStream written) : MemoryStream
    {
        public override bool CanWrite => true;

        public override void Write(ReadOnlySpan<byte> buffer) => written.Write(buffer);

        public override void Write(byte[] buffer, int offset, int count) => written.Write(buffer, offset, count);

        public override int Read(Span<byte> buffer) => 0;

        public override int Read(byte[] buffer, int offset, int count) => 0;
    }
}

using System.Buffers.Binary;
using System.Text;
using Vitrine.Http;
using Vitrine.Http.Protocols;
using Vitrine.Net;
using Vitrine.Net.Tls;
using Vitrine.Site;
using Vitrine.Tests.Net.Tls;

namespace Vitrine.Tests.Server;

/// <summary>A GET from the cache allocates nothing, over TLS and in HTTP/2 either, once they are warm.</summary>
public sealed class SecureAllocationTests
{
    private const int BodyBytes = 783;

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void A_cached_get_allocates_nothing(bool isSecure, bool isHttp2)
    {
        const int Rounds = 500;
        var root = Directory.CreateTempSubdirectory("vitrine-");
        File.WriteAllText(Path.Combine(root.FullName, "page.html"), new string('x', BodyBytes));
        try
        {
            var limits = new Limits { FreshnessMs = int.MaxValue };
            using var site = new FolderSite(new SiteOptions(root.FullName, Listing: true, limits));
            var context = new ProtocolContext(site, limits, serverHeader: true, "b");
            using var client = new Client(isSecure, isHttp2);
            using var worker = new Worker<LonePeer.Transport>(
                new LonePeer.Transport(client.Peer), context, new ConnectionGate(1), null, null)
            {
                Listeners = [isSecure ? ListenerKind.Secure : ListenerKind.Clear],
                Tls = isSecure ? new TlsServer(new TlsIdentities([TestIdentities.Make("a")])).Join() : null,
            };
            for (var i = 0; i < 200; i++) client.Ask(worker);
            // The runtime itself allocates a little while it makes code faster: the best of some rounds has none of
            // that.
            var least = long.MaxValue;
            for (var round = 0; round < 20 && least > 0; round++)
            {
                long allocated = 0;
                for (var i = 0; i < Rounds; i++) allocated += client.Ask(worker);
                least = Math.Min(least, allocated);
            }
            Assert.Equal(0, least);
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    private sealed class Client : IDisposable
    {
        private const string Get = "GET /page.html HTTP/1.1\r\nHost: a\r\n\r\n";

        private readonly TlsTestClient? tls;
        private readonly bool isHttp2;
        private int received; // of plaintext, so far as it was looked at
        private long plainBytes;
        private int stream = -1;

        public Client(bool isSecure, bool isHttp2)
        {
            this.isHttp2 = isHttp2;
            // The preface, no limit to its windows, and no wish to be told of anything.
            byte[] start = isHttp2
                ? [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(4, 0, 0, []), .. Frame(8, 0, 0, [0x7F, 0, 0, 0])]
                : [];
            if (isSecure) tls = new TlsTestClient("a", isHttp2 ? "h2" : "http/1.1", start);
            Peer = new LonePeer { Takes = Take };
            Peer.Send(tls?.Hello ?? start);
        }

        public LonePeer Peer { get; }

        /// <summary>Asks once; how much the server allocated for it.</summary>
        public long Ask(Worker<LonePeer.Transport> worker)
        {
            while (tls is { IsOpen: false } || Peer.HasInput) worker.Step(0);
            var request = isHttp2 ? Frame(1, 5, stream += 2, Block()) : Encoding.ASCII.GetBytes(Get);
            Peer.Send(tls?.Send(request) ?? request);
            var (before, here) = (GC.GetAllocatedBytesForCurrentThread(), Peer.AllocatedHere);
            var wanted = plainBytes + BodyBytes;
            for (var steps = 0; plainBytes < wanted || Peer.HasInput; steps++)
            {
                worker.Step(0);
                if (steps == 1_000_000) Assert.Fail("It is not answered.");
            }
            return GC.GetAllocatedBytesForCurrentThread() - before - (Peer.AllocatedHere - here);
        }

        public void Dispose() => tls?.Dispose();

        private void Take(ReadOnlyMemory<byte> bytes)
        {
            if (tls is null)
            {
                plainBytes += bytes.Length;
                return;
            }
            Peer.Send(tls.Take(bytes));
            var all = tls.Received.Length;
            plainBytes += all - received;
            received = all;
        }

        // :method, :scheme, :path and :authority, the last two as literals that nobody keeps.
        private static byte[] Block() =>
            [0x82, 0x86, 0x04, 10, .. "/page.html"u8, 0x01, 1, (byte)'a'];

        private static byte[] Frame(byte type, byte flags, int stream, byte[] payload)
        {
            var frame = new byte[9 + payload.Length];
            BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8 | type);
            frame[4] = flags;
            BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
            payload.CopyTo(frame, 9);
            return frame;
        }
    }
}

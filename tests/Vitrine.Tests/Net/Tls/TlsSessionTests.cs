using System.Text;
using Vitrine.Net.Tls;

namespace Vitrine.Tests.Net.Tls;

public class TlsSessionTests
{
    private static readonly TlsIdentity A = TestIdentities.Make("a.test", "*.a.test");
    private static readonly TlsIdentity B = TestIdentities.Make("b.test");

    [Theory]
    [InlineData("a.test", "a")]
    [InlineData("A.Test", "a")]
    [InlineData("x.a.test", "a")]
    [InlineData("x.y.a.test", "a")] // no wildcard for two labels: the default
    [InlineData("b.test", "b")]
    [InlineData("c.test", "a")]
    [InlineData(null, "a")]
    public void A_host_has_its_certificate(string? host, string whose)
    {
        using var pair = new Pair(new TlsServer(new TlsIdentities([A, B])), host, "h2");
        Assert.Equal((whose == "a" ? A : B).Chain[0], pair.Client.ServerCertificate());
        Assert.Equal(("h2", true), (pair.Client.Protocol, pair.Session!.IsHttp2));
        Assert.Equal(host?.ToLowerInvariant(), pair.Session.Facts.ServerName);
    }

    [Theory]
    [InlineData("http/1.1", "http/1.1")]
    [InlineData(null, "")]
    public void What_a_client_speaks_is_chosen(string? offered, string chosen)
    {
        using var pair = new Pair(new TlsServer(new TlsIdentities([A])), "a.test", offered);
        Assert.Equal((chosen, false), (pair.Client.Protocol, pair.Session!.IsHttp2));
    }

    [Fact]
    public void Who_speaks_neither_is_refused()
    {
        using var pair = new Pair(new TlsServer(new TlsIdentities([A])), "a.test", "spdy/3");
        Assert.Contains("no application protocol", pair.Client.Fault, StringComparison.Ordinal);
        Assert.NotNull(pair.Session!.Failure);
    }

    [Fact]
    public void The_default_has_a_partner_only_for_all_of_its_names()
    {
        var primes = TestIdentities.MakeRsa("one", "x");
        var curve = TestIdentities.Make("one");
        (TlsIdentity[], TlsIdentity?)[] cases =
            [([primes, curve], primes), ([primes, TestIdentities.Make("x", "one")], null), ([curve, primes], curve)];
        foreach (var (identities, expected) in cases)
        {
            using var pair = new Pair(new TlsServer(new TlsIdentities(identities)), null, "h2");
            Assert.Equal((expected ?? identities[1]).Chain[0], pair.Client.ServerCertificate());
        }
    }

    [Fact]
    public void A_host_whose_certificate_is_the_same_is_no_other()
    {
        var both = TestIdentities.Make("a", "www.a");
        var server = new TlsServer(new TlsIdentities([both, TestIdentities.MakeRsa("a"), B]));
        using var pair = new Pair(server, "www.a", "h2");
        Assert.True(pair.Session!.IsFor("a"u8));
        Assert.False(pair.Session.IsFor("b.test"u8));
        using var unnamed = new Pair(server, null, "h2");
        Assert.True(unnamed.Session!.IsFor("b.test"u8));
    }

    [Fact]
    public void A_proof_is_shown_to_who_asks_for_nothing_else()
    {
        var proof = TestIdentities.Make("a.test");
        var server = new TlsServer(new TlsIdentities([A]) { Proofs = [proof] });
        using (var pair = new Pair(server, "a.test", "acme-tls/1"))
        {
            Assert.Equal(proof.Chain[0], pair.Client.ServerCertificate());
            Assert.Equal(("acme-tls/1", true), (pair.Client.Protocol, pair.Session!.IsProof));
        }
        using (var pair = new Pair(server, "a.test", "h2"))
            Assert.Equal(A.Chain[0], pair.Client.ServerCertificate());
        using (var pair = new Pair(server, "x.a.test", "acme-tls/1"))
            Assert.Contains("no application protocol", pair.Client.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_hosts_are_refused_where_that_is_wanted()
    {
        var server = new TlsServer(new TlsIdentities([A]) { RefusesOthers = true });
        using (var pair = new Pair(server, "b.test", "h2")) Assert.Null(pair.Session);
        using (var pair = new Pair(server, "a.test", "h2")) Assert.True(pair.Client.IsOpen);
        using (var pair = new Pair(server, null, "h2")) Assert.True(pair.Client.IsOpen);
    }

    [Fact]
    public void Each_session_can_be_gone_on_with()
    {
        var server = new TlsServer(new TlsIdentities([A, B]));
        nint session = 0;
        for (var i = 0; i < 4; i++)
        {
            using var pair = new Pair(server, "a.test", "h2", session);
            Assert.True(pair.Client.IsResumed == i > 0, $"{i}");
            session = pair.Client.TakeSession();
        }
        using var other = new Pair(server, "b.test", "h2", session);
        Assert.True(other.Client.IsOpen);
        Assert.False(other.Client.IsResumed);
    }

    [Fact]
    public void Servers_with_the_same_keys_go_on_with_each_others_sessions()
    {
        var keys = Enumerable.Range(0, 2 * TicketKeys.KeyBytes).Select(one => (byte)one).ToArray();
        var (first, second, third) = (Server(), Server(), Server());
        first.Tickets.Share(keys);
        second.Tickets.Share([.. keys[TicketKeys.KeyBytes..], .. keys[..TicketKeys.KeyBytes]]); // rotated
        using var begun = new Pair(first, "a.test", "h2");
        using (var again = new Pair(second, "a.test", "h2", begun.Client.TakeSession()))
            Assert.True(again.Client.IsResumed);
        using (var again = new Pair(third, "a.test", "h2", begun.Client.TakeSession()))
            Assert.False(again.Client.IsResumed);
        Assert.Throws<ArgumentException>(() => third.Tickets.Share(keys.AsSpan(1)));
        Assert.Throws<ArgumentException>(() => third.Tickets.Share([]));

        static TlsServer Server() => new(new TlsIdentities([A]));
    }

    [Fact]
    public void Keys_of_sessions_are_made_anew_and_the_last_ones_kept()
    {
        long now = 12_345;
        var keys = new TicketKeys(now);
        var made = new List<byte[]>();
        for (var i = 0; i < 6; i++)
        {
            made.Add(keys.Newest.Name);
            keys.Rotate(now + 1);
            Assert.Equal(made[^1], keys.Newest.Name);
            now += TicketKeys.RotationMs + 1;
            keys.Rotate(now);
        }
        Assert.Equal(6, made.Select(Convert.ToHexString).Distinct().Count());
        Assert.Equal([false, false, false, true, true, true], made.Select(name => keys.Find(name) is not null));
        // However long nobody came.
        keys.Rotate(now + 7 * 24 * 3600 * 1000);
        Assert.DoesNotContain(made, name => keys.Find(name) is not null);
    }

    [Fact]
    public void What_was_begun_goes_on_when_certificates_are_swapped()
    {
        var server = new TlsServer(new TlsIdentities([A]));
        using var engine = server.Join();
        using var before = new Pair(engine, "a.test", "h2");
        server.Identities = new TlsIdentities([B]);
        using var after = new Pair(engine, "a.test", "h2");
        Assert.Equal(B.Chain[0], after.Client.ServerCertificate());
        Assert.True(before.Session!.IsFor("a.test"u8));
        Assert.Equal("still here", before.Exchange("still here"));
        Assert.Equal("and here", after.Exchange("and here"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_certificate_that_is_no_use_is_told_of(bool isKey)
    {
        var broken = isKey ? A with { Key = B.Key } : A with { Chain = [[1, 2, 3]] };
        Assert.ThrowsAny<System.Security.Cryptography.CryptographicException>(() => TlsServer.Check(broken));
        TlsServer.Check(A);
    }

    [Fact]
    public void Much_goes_in_whole_records()
    {
        using var pair = new Pair(new TlsServer(new TlsIdentities([A])), "a.test", "h2");
        pair.Engine.Clear();
        Assert.True(pair.Session!.Seal(new byte[TlsEngine.MostSealed]));
        const int HeaderAndTag = 5 + 1 + 16;
        Assert.Equal(TlsEngine.MostSealed + 4 * HeaderAndTag, pair.Engine.Sealed.Length);
        pair.Client.Take(pair.Engine.Sealed.ToArray());
        Assert.Equal(TlsEngine.MostSealed, pair.Client.Received.Length);
    }

    [Fact]
    public void The_end_is_said_once_and_taken()
    {
        using var pair = new Pair(new TlsServer(new TlsIdentities([A])), "a.test", "h2");
        pair.Engine.Clear();
        pair.Session!.Close();
        pair.Session.Close();
        pair.Client.Take(pair.Engine.Sealed.ToArray());
        Assert.True(pair.Client.HasEnded);
        Assert.Null(pair.Client.Fault);
    }

    [Fact]
    public void The_fault_of_one_is_not_that_of_the_next()
    {
        using var engine = new TlsServer(new TlsIdentities([A])).Join();
        using var good = new Pair(engine, "a.test", "h2");
        using var bad = new Pair(engine, "a.test", "h2");
        var room = new byte[100_000];
        Assert.Equal(
            TlsSession.Outcome.Failed, bad.Session!.Receive([23, 3, 3, 0, 20, .. new byte[20]], room, out _));
        Assert.NotNull(bad.Session.Failure);
        Assert.Equal("fine", good.Exchange("fine"));
    }

    // A client and a session of the server's, with all between them that is needed until both are quiet.
    private sealed class Pair : IDisposable
    {
        private readonly bool ownsEngine;

        public Pair(TlsServer server, string? host, string? protocol, nint session = 0)
            : this(server.Join(), host, protocol, session) => ownsEngine = true;

        public Pair(TlsEngine engine, string? host, string? protocol, nint session = 0)
        {
            Engine = engine;
            Client = new TlsTestClient(host, protocol, [], session);
            Assert.Equal(
                ClientHello.Outcome.Complete,
                ClientHello.Read(Client.Hello, new byte[ClientHello.MostBytes], out var hello));
            Session = engine.Accept(hello);
            if (Session is not null) Pump(Client.Hello);
        }

        public TlsEngine Engine { get; }

        public TlsTestClient Client { get; }

        public TlsSession? Session { get; }

        // What the client gets of something that the server sends.
        public string Exchange(string text)
        {
            Engine.Clear();
            Assert.True(Session!.Seal(Encoding.ASCII.GetBytes(text)));
            Client.Take(Engine.Sealed.ToArray());
            return Encoding.ASCII.GetString(Client.Received);
        }

        public void Dispose()
        {
            Session?.Release();
            Client.Dispose();
            if (ownsEngine) Engine.Dispose();
        }

        private void Pump(byte[] toServer)
        {
            var room = new byte[100_000];
            while (toServer.Length > 0)
            {
                Engine.Clear();
                Session!.Receive(toServer, room, out _);
                toServer = Client.Take(Engine.Sealed.ToArray());
            }
        }
    }
}

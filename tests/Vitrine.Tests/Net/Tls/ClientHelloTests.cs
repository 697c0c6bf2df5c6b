using System.Buffers.Binary;
using System.Text;
using CsCheck;
using Vitrine.Net.Tls;

namespace Vitrine.Tests.Net.Tls;

public class ClientHelloTests
{
    private const int Record = 5;

    [Fact]
    public void Name_and_protocols_are_found()
    {
        var (outcome, name, protocols) = Read(Hello("Www.Example.Test", "h2", "http/1.1"));
        Assert.Equal(
            (ClientHello.Outcome.Complete, "Www.Example.Test", "\u0002h2\u0008http/1.1"), (outcome, name, protocols));
    }

    [Fact]
    public void OpenSsl_s_own_hello_is_read()
    {
        using var client = new TlsTestClient("www.example.test", "h2", []);
        var (outcome, name, protocols) = Read(client.Hello);
        Assert.Equal((ClientHello.Outcome.Complete, "www.example.test", "\u0002h2"), (outcome, name, protocols));
    }

    [Fact]
    public void Of_every_beginning_it_is_said_that_more_has_to_come()
    {
        var hello = Hello("a.example", "h2");
        for (var length = 0; length < hello.Length; length++)
            Assert.Equal(ClientHello.Outcome.Incomplete, Read(hello.AsSpan(0, length)).Outcome);
        Assert.Equal(ClientHello.Outcome.Complete, Read([.. hello, 1, 2, 3]).Outcome);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(100)]
    [InlineData(1_400)]
    public void It_may_be_spread_over_records(int size)
    {
        var whole = Hello("a.example", ["h2"], padding: Math.Min(size * 40, 12_000));
        var pieces = InRecords(whole, size);
        var (outcome, name, protocols) = Read(pieces);
        Assert.Equal((ClientHello.Outcome.Complete, "a.example", "\u0002h2"), (outcome, name, protocols));
        for (var length = 0; length < pieces.Length; length += 3)
            Assert.Equal(ClientHello.Outcome.Incomplete, Read(pieces.AsSpan(0, length)).Outcome);
    }

    [Fact]
    public void One_of_sixteen_kilobytes_is_taken_and_a_longer_one_is_not()
    {
        var room = ClientHello.MostBytes - (Hello("a", ["h2"], padding: 0).Length - Record);
        Assert.Equal(ClientHello.Outcome.Complete, Read(Hello("a", ["h2"], padding: room)).Outcome);
        var longer = InRecords(Hello("a", ["h2"], padding: room + 1), 8_000);
        Assert.Equal(ClientHello.Outcome.Malformed, Read(longer).Outcome);
    }

    [Fact]
    public void More_records_than_sixty_four_are_not_taken()
    {
        var hello = Hello("a", ["h2"], padding: 400);
        var message = hello.Length - Record;
        Assert.Equal(ClientHello.Outcome.Complete, Read(InRecords(hello, (message + 63) / 64)).Outcome);
        Assert.Equal(ClientHello.Outcome.Malformed, Read(InRecords(hello, message / 66)).Outcome);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n", ClientHello.Outcome.NotTls)]
    [InlineData("PRI * HTTP/2.0\r\n", ClientHello.Outcome.NotTls)]
    [InlineData("\u0080\u002e\u0001", ClientHello.Outcome.NotTls)] // as SSL 2 began
    [InlineData("\u0015\u0003\u0001\u0000\u0002", ClientHello.Outcome.NotTls)] // an alert
    [InlineData("\u0016\u0002", ClientHello.Outcome.Malformed)] // no version that ever was
    [InlineData("\u0016\u0003\u0001\u0000\u0000", ClientHello.Outcome.Malformed)] // a record of nothing
    [InlineData("\u0016\u0003\u0001\u0040\u0001", ClientHello.Outcome.Malformed)] // and of too much
    [InlineData("\u0016\u0003\u0001\u0000\u0004\u0002\u0000\u0000\u0000", ClientHello.Outcome.Malformed)] // a server's
    public void What_is_none_is_told(string bytes, ClientHello.Outcome outcome) =>
        Assert.Equal(outcome, Read(Encoding.Latin1.GetBytes(bytes)).Outcome);

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\0b")]
    [InlineData("a/b")]
    [InlineData("a\u00e4")]
    public void A_name_that_no_host_can_have_is_not_taken(string name) =>
        Assert.Equal(ClientHello.Outcome.Malformed, Read(Hello(name, "h2")).Outcome);

    [Fact]
    public void A_name_or_protocols_that_come_twice_are_not_taken()
    {
        byte[] one = [.. Extension(0, NameList("a")), .. Extension(16, ProtocolList("h2"))];
        Assert.Equal(ClientHello.Outcome.Complete, Read(Hello(one)).Outcome);
        foreach (var other in new[] { Extension(0, NameList("b")), Extension(16, ProtocolList("h3")) })
            Assert.Equal(ClientHello.Outcome.Malformed, Read(Hello([.. one, .. other])).Outcome);
    }

    [Fact]
    public void Without_extensions_nothing_is_said()
    {
        var (outcome, name, protocols) = Read(Hello([]));
        Assert.Equal((ClientHello.Outcome.Complete, "", ""), (outcome, name, protocols));
        byte[] old = [.. Start(), 0, 0, 2, 0x13, 1, 1, 0];
        Assert.Equal(ClientHello.Outcome.Complete, Read(InRecord(Message(old))).Outcome);
    }

    [Fact]
    public void Any_change_is_taken_or_not_and_never_worse()
    {
        var hello = Hello("www.example.test", ["h2", "http/1.1"], padding: 30);
        Gen.Select(Gen.Int[0, hello.Length - 1], Gen.Byte, Gen.Int[0, hello.Length]).Sample((at, to, length) =>
        {
            var changed = hello.ToArray();
            changed[at] = to;
            Read(changed.AsSpan(0, length));
            // What is taken whole is taken in pieces too.
            if (changed[0] == 22 && Read(changed).Outcome == ClientHello.Outcome.Complete && at >= Record)
                Assert.Equal(Read(changed), Read(InRecords(changed, 40)));
        });
    }

    [Fact]
    public void Any_bytes_are_taken_or_not() => Gen.Byte.Array[0, 300].Sample(bytes =>
    {
        Read(bytes);
        Read([22, 3, 1, 1, 0, 1, .. bytes]);
        Read(InRecord(Message([.. Start(), .. bytes])));
    });

    [Theory]
    [InlineData("Example.Test", "example.test")]
    [InlineData("example.test.", "example.test")]
    [InlineData("example.test:8443", "example.test")]
    [InlineData("[::1]:8443", "::1")]
    [InlineData("[::1]", "::1")]
    [InlineData("[", "")]
    [InlineData("::1", "::1")]
    [InlineData("", "")]
    public void Names_are_compared_in_one_form(string authority, string canonical) =>
        Assert.Equal(canonical, HostNames.Canonical(Encoding.ASCII.GetBytes(authority)));

    private static (ClientHello.Outcome Outcome, string Name, string Protocols) Read(ReadOnlySpan<byte> bytes)
    {
        var outcome = ClientHello.Read(bytes, new byte[ClientHello.MostBytes], out var hello);
        return (outcome, Encoding.Latin1.GetString(hello.ServerName), Encoding.Latin1.GetString(hello.Protocols));
    }

    private static byte[] Hello(string name, params string[] protocols) => Hello(name, protocols, 0);

    private static byte[] Hello(string name, string[] protocols, int padding) => Hello(
    [
        .. Extension(10, new byte[4]), .. Extension(0, NameList(name)), .. Extension(16, ProtocolList(protocols)),
        .. Extension(21, new byte[padding]),
    ]);

    private static byte[] Hello(byte[] extensions) => InRecord(Message(
        [.. Start(), 2, 7, 7, 0, 4, 0x13, 1, 0x13, 3, 1, 0, .. Length16(extensions.Length), .. extensions]));

    private static byte[] Start() => [3, 3, .. new byte[32]];

    private static byte[] Message(byte[] body) =>
        [1, (byte)(body.Length >> 16), .. Length16(body.Length & 0xffff), .. body];

    private static byte[] InRecord(byte[] message) => [22, 3, 1, .. Length16(message.Length), .. message];

    private static byte[] InRecords(byte[] hello, int size) =>
        [.. hello[Record..].Chunk(size).SelectMany(InRecord)];

    private static byte[] Extension(int kind, byte[] data) => [.. Length16(kind), .. Length16(data.Length), .. data];

    private static byte[] NameList(string name)
    {
        var bytes = Encoding.Latin1.GetBytes(name);
        return [.. Length16(bytes.Length + 3), 0, .. Length16(bytes.Length), .. bytes];
    }

    private static byte[] ProtocolList(params string[] protocols)
    {
        byte[] list = [.. protocols.SelectMany(one => Encoding.ASCII.GetBytes(one).Prepend((byte)one.Length))];
        return [.. Length16(list.Length), .. list];
    }

    private static byte[] Length16(int length)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)length);
        return bytes;
    }
}

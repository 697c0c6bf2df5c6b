using System.Buffers.Binary;

namespace Vitrine.Net.Tls;

/// <summary>
/// What a client says first over TLS (RFC 8446 section 4.1.2), as far as it chooses with which certificate it is
/// answered. It is read before there is a session: so a session is made for one host, and never becomes another's.
/// Everything else of it is the session's to judge.
/// </summary>
public readonly ref struct ClientHello
{
    /// <summary>The longest that is read. A hello with post-quantum keys has about two kilobytes.</summary>
    public const int MostBytes = 16 * 1024;

    /// <summary>The most records that it may be spread over.</summary>
    public const int MostRecords = 64;

    /// <summary>The most bytes that are kept of one that is not whole.</summary>
    public const int MostHeldBytes = MostBytes + MostRecords * RecordHeader;

    private const int RecordHeader = 5;
    private const int MessageHeader = 4;
    private const byte Handshake = 22; // a kind of record
    private const byte MajorVersion = 3; // of every record, from SSL 3.0 to TLS 1.3
    private const byte KindOfHello = 1;
    private const int RandomBytes = 32;
    private const ushort ServerNameExtension = 0; // RFC 6066 section 3
    private const ushort ProtocolsExtension = 16; // RFC 7301 section 3.1
    private const byte HostName = 0;

    private ClientHello(ReadOnlySpan<byte> serverName, ReadOnlySpan<byte> protocols)
    {
        ServerName = serverName;
        Protocols = protocols;
    }

    /// <summary>The host that it wants to reach, as it wrote it; empty when it does not say.</summary>
    public ReadOnlySpan<byte> ServerName { get; }

    /// <summary>The protocols that it speaks (ALPN), each behind its length; empty when it does not say.</summary>
    public ReadOnlySpan<byte> Protocols { get; }

    /// <summary>What the first bytes of a connection are.</summary>
    public enum Outcome : byte
    {
        /// <summary>More has to come before it is known.</summary>
        Incomplete,

        /// <summary>A whole hello.</summary>
        Complete,

        /// <summary>Not TLS at all.</summary>
        NotTls,

        /// <summary>A hello that is none, or is too long.</summary>
        Malformed,
    }

    /// <summary>Reads one.</summary>
    /// <param name="bytes">All that came on the connection so far.</param>
    /// <param name="joined">Room for <see cref="MostBytes"/>, where one that is spread over records is put
    /// together.</param>
    /// <param name="hello">The hello, which lies in either.</param>
    public static Outcome Read(ReadOnlySpan<byte> bytes, Span<byte> joined, out ClientHello hello)
    {
        hello = default;
        if (bytes.IsEmpty) return Outcome.Incomplete;
        if (bytes[0] != Handshake) return Outcome.NotTls;
        var outcome = TryJoin(bytes, joined, out var message);
        return outcome != Outcome.Complete ? outcome
            : TryParse(message, out hello) ? Outcome.Complete
            : Outcome.Malformed;
    }

    /// <summary>Whether it offers a protocol.</summary>
    public bool Offers(ReadOnlySpan<byte> protocol)
    {
        for (var rest = Protocols; !rest.IsEmpty; rest = rest[(1 + rest[0])..])
            if (rest.Slice(1, rest[0]).SequenceEqual(protocol)) return true;
        return false;
    }

    /// <summary>Whether it offers a protocol, and no other.</summary>
    public bool OffersOnly(ReadOnlySpan<byte> protocol) =>
        Protocols.Length == 1 + protocol.Length && Offers(protocol);

    // The body of the message, out of the record or of the several that it is in.
    private static Outcome TryJoin(ReadOnlySpan<byte> bytes, Span<byte> joined, out ReadOnlySpan<byte> message)
    {
        message = default;
        var used = 0;
        for (var records = 0; ; records++)
        {
            if (records == MostRecords) return Outcome.Malformed;
            if (bytes.Length > 0 && bytes[0] != Handshake) return Outcome.Malformed;
            if (bytes.Length > 1 && bytes[1] != MajorVersion) return Outcome.Malformed;
            if (bytes.Length < RecordHeader) return Outcome.Incomplete;
            var length = BinaryPrimitives.ReadUInt16BigEndian(bytes[3..]);
            if (length is 0 or > MostBytes) return Outcome.Malformed;
            var fragment = bytes.Slice(RecordHeader, Math.Min(length, bytes.Length - RecordHeader));
            if (records == 0 && TryTake(fragment, out message) is { } whole) return whole;
            if (used + fragment.Length > joined.Length) return Outcome.Malformed;
            fragment.CopyTo(joined[used..]);
            used += fragment.Length;
            if (records > 0 && TryTake(joined[..used], out message) is { } complete) return complete;
            if (fragment.Length < length) return Outcome.Incomplete;
            bytes = bytes[(RecordHeader + length)..];
        }
    }

    // Null when there has to be more of it.
    private static Outcome? TryTake(ReadOnlySpan<byte> fragments, out ReadOnlySpan<byte> message)
    {
        message = default;
        if (!fragments.IsEmpty && fragments[0] != KindOfHello) return Outcome.Malformed;
        if (fragments.Length < MessageHeader) return null;
        var length = fragments[1] << 16 | BinaryPrimitives.ReadUInt16BigEndian(fragments[2..]);
        if (length > MostBytes - MessageHeader) return Outcome.Malformed;
        if (fragments.Length < MessageHeader + length) return null;
        message = fragments.Slice(MessageHeader, length);
        return Outcome.Complete;
    }

    private static bool TryParse(ReadOnlySpan<byte> message, out ClientHello hello)
    {
        hello = default;
        const int VersionAndRandom = sizeof(ushort) + RandomBytes;
        if (message.Length < VersionAndRandom) return false;
        var rest = message[VersionAndRandom..];
        if (!TryTake8(ref rest, out _)                             // the session's id
            || !TryTake16(ref rest, out _)                         // cipher suites
            || !TryTake8(ref rest, out _))                         // compression methods
            return false;
        if (rest.IsEmpty) return true; // as before there were extensions
        if (!TryTake16(ref rest, out var extensions) || !rest.IsEmpty) return false;
        ReadOnlySpan<byte> name = default, protocols = default;
        var (hasName, hasProtocols) = (false, false);
        while (!extensions.IsEmpty)
        {
            if (extensions.Length < sizeof(ushort)) return false;
            var kind = BinaryPrimitives.ReadUInt16BigEndian(extensions);
            extensions = extensions[sizeof(ushort)..];
            if (!TryTake16(ref extensions, out var data)) return false;
            if (kind == ServerNameExtension)
            {
                if (hasName || !TryParseName(data, out name)) return false;
                hasName = true;
            }
            else if (kind == ProtocolsExtension)
            {
                if (hasProtocols || !TryParseProtocols(data, out protocols)) return false;
                hasProtocols = true;
            }
        }
        hello = new ClientHello(name, protocols);
        return true;
    }

    private static bool TryParseName(ReadOnlySpan<byte> data, out ReadOnlySpan<byte> name)
    {
        name = default;
        if (!TryTake16(ref data, out var list) || !data.IsEmpty || list.IsEmpty || list[0] != HostName) return false;
        list = list[1..];
        // There is one kind of name, and one of a kind.
        return TryTake16(ref list, out name) && list.IsEmpty && HostNames.IsHostName(name);
    }

    private static bool TryParseProtocols(ReadOnlySpan<byte> data, out ReadOnlySpan<byte> protocols)
    {
        if (!TryTake16(ref data, out protocols) || !data.IsEmpty || protocols.IsEmpty) return false;
        for (var rest = protocols; !rest.IsEmpty;)
            if (!TryTake8(ref rest, out var one) || one.IsEmpty) return false;
        return true;
    }

    private static bool TryTake8(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> vector)
    {
        vector = default;
        return rest.Length >= 1 && TryTake(ref rest, 1, rest[0], out vector);
    }

    private static bool TryTake16(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> vector)
    {
        vector = default;
        return rest.Length >= sizeof(ushort)
            && TryTake(ref rest, sizeof(ushort), BinaryPrimitives.ReadUInt16BigEndian(rest), out vector);
    }

    private static bool TryTake(
        scoped ref ReadOnlySpan<byte> rest, int start, int length, out ReadOnlySpan<byte> vector)
    {
        vector = default;
        if (rest.Length < start + length) return false;
        vector = rest.Slice(start, length);
        rest = rest[(start + length)..];
        return true;
    }
}

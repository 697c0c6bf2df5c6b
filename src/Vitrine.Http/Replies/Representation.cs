using System.Text;
using Vitrine.Http.Text;

namespace Vitrine.Http.Replies;

/// <summary>
/// A selected representation (RFC 9110 section 3.2): all that never changes between two requests for the same
/// thing. Its header block is baked once, in an order from which the parts that a range or a 304 must not
/// have can be cut: Content-Length, then Content-Type, then the rest.
/// </summary>
public sealed class Representation
{
    private readonly byte[] fields;
    private readonly int typeAt;
    private readonly int restAt;
    private readonly byte[] notModifiedFields;

    private Representation(byte[] fields, int typeAt, int restAt, byte[] notModifiedFields)
    {
        this.fields = fields;
        this.typeAt = typeAt;
        this.restAt = restAt;
        this.notModifiedFields = notModifiedFields;
    }

    /// <summary>How many bytes the whole representation has.</summary>
    public long Length { get; private init; }

    /// <summary>The body, when it is in memory.</summary>
    public PinnedBytes? Body { get; private init; }

    /// <summary>The body, when it is sent from an open file.</summary>
    public OpenFile? File { get; private init; }

    /// <summary>The entity tag with its quotes, a weak one with its mark; empty when there is none.</summary>
    public byte[] EntityTag { get; private init; } = [];

    /// <summary>When it was modified, in seconds since 1970, as Last-Modified says; null when nobody knows.</summary>
    public long? LastModified { get; private init; }

    /// <summary>Whether it has a content coding, and so is not "identity" (RFC 9110 section 12.5.3).</summary>
    public bool HasCoding { get; private init; }

    /// <summary>Whether other clients get another representation of the same.</summary>
    public bool VariesByCoding { get; private init; }

    /// <summary>Of a page that refuses something: why, for who runs the server. Else null.</summary>
    public string? Reason { get; private init; }

    /// <summary>The media type, as in Content-Type.</summary>
    public byte[] MediaType { get; private init; } = [];

    /// <summary>
    /// True when its body is neither in memory nor in a file that it keeps open: who replies with it opens one.
    /// </summary>
    public bool HasNoBody => Body is null && File is null && Length > 0;

    /// <summary>The whole header block: lines with their CRLF, and the empty line at the end of the head.</summary>
    public ReadOnlySpan<byte> Fields => fields;

    /// <summary>Without Content-Length: for one range.</summary>
    public ReadOnlySpan<byte> FieldsWithoutLength => fields.AsSpan(typeAt);

    /// <summary>Without Content-Length and Content-Type: for several ranges.</summary>
    public ReadOnlySpan<byte> FieldsWithoutType => fields.AsSpan(restAt);

    /// <summary>The fields of a 304 (RFC 9110 section 15.4.5).</summary>
    public ReadOnlySpan<byte> NotModifiedFields => notModifiedFields;

    /// <summary>True when ranges of it can be asked for.</summary>
    public bool AcceptsRanges { get; private init; }

    /// <summary>A body in memory, which must not change any more.</summary>
    public static Representation InMemory(PinnedBytes body, string mediaType, Metadata metadata = default) =>
        Create(body.Length, mediaType, metadata, body, null);

    /// <summary>A body in an open file, of whose shares this takes over one.</summary>
    public static Representation InFile(OpenFile file, long length, string mediaType, Metadata metadata) =>
        Create(length, mediaType, metadata, null, file);

    /// <summary>A body that is neither in memory nor kept open: see <see cref="HasNoBody"/>.</summary>
    public static Representation OnDisk(long length, string mediaType, Metadata metadata) =>
        Create(length, mediaType, metadata, null, null);

    /// <summary>No body and no Content-Length: for 204.</summary>
    public static Representation Empty(string extraFields) =>
        new(Encoding.ASCII.GetBytes(extraFields + "\r\n"), 0, 0, []);

    /// <summary>The same without its body: what costs little memory and is known of it.</summary>
    public Representation WithoutBody() => With(null);

    /// <summary>The same with its body in an open file, of whose shares this takes over one.</summary>
    public Representation With(OpenFile? file) => new(fields, typeAt, restAt, notModifiedFields)
    {
        Length = Length,
        File = file,
        EntityTag = EntityTag,
        LastModified = LastModified,
        HasCoding = HasCoding,
        VariesByCoding = VariesByCoding,
        AcceptsRanges = AcceptsRanges,
        MediaType = MediaType,
    };

    private static Representation Create(
        long length, string mediaType, in Metadata metadata, PinnedBytes? body, OpenFile? file)
    {
        var text = new StringBuilder();
        text.Append("Content-Length: ").Append(length).Append("\r\n");
        var typeAt = text.Length;
        text.Append("Content-Type: ").Append(mediaType).Append("\r\n");
        var restAt = text.Length;
        text.Append("X-Content-Type-Options: nosniff\r\n");
        var tag = metadata.EntityTag ?? "";
        var acceptsRanges = tag.Length > 0 || metadata.HasRanges;
        if (acceptsRanges) text.Append("Accept-Ranges: bytes\r\n");
        if (tag.Length > 0) text.Append("ETag: ").Append(tag).Append("\r\n");
        if (metadata.LastModified is { } modified)
        {
            Span<byte> date = stackalloc byte[HttpDate.Length];
            HttpDate.Write(modified, date);
            text.Append("Last-Modified: ").Append(Encoding.ASCII.GetString(date)).Append("\r\n");
        }
        if (metadata.ContentCoding is { } coding) text.Append("Content-Encoding: ").Append(coding).Append("\r\n");
        var vary = metadata.VariesByCoding ? "Vary: Accept-Encoding\r\n" : "";
        text.Append(vary).Append(metadata.ExtraFields).Append("\r\n");
        var notModified = tag.Length > 0 ? $"ETag: {tag}\r\n{vary}\r\n" : "\r\n";
        return new Representation(
            Encoding.ASCII.GetBytes(text.ToString()), typeAt, restAt, Encoding.ASCII.GetBytes(notModified))
        {
            Length = length,
            Body = body,
            File = file,
            EntityTag = Encoding.ASCII.GetBytes(tag),
            LastModified = metadata.LastModified,
            HasCoding = metadata.ContentCoding is not null,
            VariesByCoding = metadata.VariesByCoding,
            AcceptsRanges = acceptsRanges,
            Reason = metadata.Reason,
            MediaType = Encoding.ASCII.GetBytes(mediaType),
        };
    }
}

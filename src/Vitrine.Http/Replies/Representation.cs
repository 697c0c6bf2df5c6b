using System.Globalization;
using System.Text;
using Vitrine.Http.Text;

namespace Vitrine.Http.Replies;

/// <summary>
/// A selected representation (RFC 9110 section 3.2): all that never changes between two requests for the same
/// thing. Its fields are baked once.
/// </summary>
public sealed class Representation
{
    private Representation(BakedFields fields) => Fields = fields;

    /// <summary>Its fields.</summary>
    public BakedFields Fields { get; }

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

    /// <summary>
    /// True when its body is neither in memory nor in a file that it keeps open: who replies with it opens one.
    /// </summary>
    public bool HasNoBody => Body is null && File is null && Length > 0;

    /// <summary>True when ranges of it can be asked for.</summary>
    public bool AcceptsRanges { get; private init; }

    /// <summary>A body in memory, which must not change any more; takes over a share of it.</summary>
    public static Representation InMemory(PinnedBytes body, string mediaType, Metadata metadata = default) =>
        Create(body.Length, mediaType, metadata, body, null);

    /// <summary>A body in an open file, of whose shares this takes over one.</summary>
    public static Representation InFile(OpenFile file, long length, string mediaType, Metadata metadata) =>
        Create(length, mediaType, metadata, null, file);

    /// <summary>A body that is neither in memory nor kept open: see <see cref="HasNoBody"/>.</summary>
    public static Representation OnDisk(long length, string mediaType, Metadata metadata) =>
        Create(length, mediaType, metadata, null, null);

    /// <summary>No body and no Content-Length: for 204.</summary>
    public static Representation Empty(FieldSet fields) => new(new BakedFields(fields));

    /// <summary>The same with its body in an open file, of whose shares this takes over one; or with none, which costs
    /// little memory.</summary>
    public Representation With(OpenFile? file) => new(Fields)
    {
        Length = Length,
        File = file,
        EntityTag = EntityTag,
        LastModified = LastModified,
        HasCoding = HasCoding,
        VariesByCoding = VariesByCoding,
        AcceptsRanges = AcceptsRanges,
    };

    /// <summary>Takes a share of what its body is in; false when the last one was given back already.</summary>
    public bool TryAcquire() => Body is { } body ? body.TryAcquire() : File is not { } file || file.TryAcquire();

    /// <summary>Gives back a share of what its body is in.</summary>
    public void Release()
    {
        Body?.Release();
        File?.Release();
    }

    private static Representation Create(
        long length, string mediaType, in Metadata metadata, PinnedBytes? body, OpenFile? file)
    {
        var tag = metadata.EntityTag ?? "";
        var acceptsRanges = tag.Length > 0 || metadata.HasRanges;
        var fields = new FieldSet
        {
            { "Content-Length", length.ToString(CultureInfo.InvariantCulture) },
            { "Content-Type", mediaType },
            { "X-Content-Type-Options", "nosniff" },
        };
        if (acceptsRanges) fields.Add("Accept-Ranges", "bytes");
        if (tag.Length > 0) fields.Add("ETag", tag);
        if (metadata.LastModified is { } modified)
        {
            Span<byte> date = stackalloc byte[HttpDate.Length];
            HttpDate.Write(modified, date);
            fields.Add("Last-Modified", Encoding.ASCII.GetString(date));
        }
        if (metadata.ContentCoding is { } coding) fields.Add("Content-Encoding", coding);
        if (metadata.VariesByCoding) fields.Add("Vary", "Accept-Encoding");
        fields.AddAll(metadata.Fields);
        return new Representation(new BakedFields(fields))
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
        };
    }
}

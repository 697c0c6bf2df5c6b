using System.Buffers;
using Vitrine.Http.Http2.Hpack;
using Vitrine.Http.Replies;

namespace Vitrine.Http.Http2;

/// <summary>
/// The fields of a representation as HTTP/2 sends them, in the same order and with the same cuts as <see
/// cref="BakedFields"/> has for HTTP/1. The same on every connection: see <see cref="HpackWriter"/>.
/// </summary>
internal sealed class BakedBlock
{
    private readonly byte[] text;
    private readonly byte[] notModified;
    private readonly int typeAt;
    private readonly int restAt;

    private BakedBlock(BakedFields fields)
    {
        var block = new ArrayBufferWriter<byte>(256);
        Write(block, fields.Length);
        typeAt = block.WrittenCount;
        Write(block, fields.Type);
        restAt = block.WrittenCount;
        Write(block, fields.Rest);
        text = block.WrittenSpan.ToArray();
        block.ResetWrittenCount();
        Write(block, fields.NotModified);
        notModified = block.WrittenSpan.ToArray();
        Priority = Priority.OfMediaType(fields.Type);
    }

    /// <summary>Bakes the same fields.</summary>
    public static BakedBlock Of(BakedFields fields) => new(fields);

    /// <summary>How urgent it is where the client does not say.</summary>
    public Priority Priority { get; }

    /// <inheritdoc cref="BakedFields.All"/>
    public ReadOnlySpan<byte> All => text;

    /// <inheritdoc cref="BakedFields.WithoutLength"/>
    public ReadOnlySpan<byte> WithoutLength => text.AsSpan(typeAt);

    /// <inheritdoc cref="BakedFields.WithoutType"/>
    public ReadOnlySpan<byte> WithoutType => text.AsSpan(restAt);

    /// <inheritdoc cref="BakedFields.NotModified"/>
    public ReadOnlySpan<byte> NotModified => notModified;

    private static void Write(ArrayBufferWriter<byte> block, ReadOnlySpan<byte> lines)
    {
        foreach (var field in BakedFields.ToSet(lines)) HpackWriter.Write(block, field.Name, field.Value);
    }
}

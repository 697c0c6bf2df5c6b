using Vitrine.Http.Text;

namespace Vitrine.Http.Head;

/// <summary>Names of fields.</summary>
public static class HeaderIds
{
    /// <summary>The identity of the field of that name, in any case.</summary>
    public static HeaderId Parse(ReadOnlySpan<byte> name) => name.Length switch
    {
        4 when Ascii.EqualsLiteral(name, "host"u8) => HeaderId.Host,
        5 when Ascii.EqualsLiteral(name, "range"u8) => HeaderId.Range,
        6 when Ascii.EqualsLiteral(name, "expect"u8) => HeaderId.Expect,
        7 when Ascii.EqualsLiteral(name, "referer"u8) => HeaderId.Referer,
        8 when Ascii.EqualsLiteral(name, "if-range"u8) => HeaderId.IfRange,
        8 when Ascii.EqualsLiteral(name, "if-match"u8) => HeaderId.IfMatch,
        10 when Ascii.EqualsLiteral(name, "user-agent"u8) => HeaderId.UserAgent,
        10 when Ascii.EqualsLiteral(name, "connection"u8) => HeaderId.Connection,
        13 when Ascii.EqualsLiteral(name, "if-none-match"u8) => HeaderId.IfNoneMatch,
        14 when Ascii.EqualsLiteral(name, "content-length"u8) => HeaderId.ContentLength,
        15 when Ascii.EqualsLiteral(name, "accept-encoding"u8) => HeaderId.AcceptEncoding,
        17 when Ascii.EqualsLiteral(name, "if-modified-since"u8) => HeaderId.IfModifiedSince,
        17 when Ascii.EqualsLiteral(name, "transfer-encoding"u8) => HeaderId.TransferEncoding,
        19 when Ascii.EqualsLiteral(name, "if-unmodified-since"u8) => HeaderId.IfUnmodifiedSince,
        _ => HeaderId.Other,
    };
}

using Vitrine.Http.Text;

namespace Vitrine.Http.Http1;

/// <summary>
/// What stands behind a chunk's size, byte by byte (RFC 9112 section 7.1.1):
/// <c>*( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] )</c>. Extensions are ignored, but not what only
/// looks like one: a quote that is never closed has hidden the end of a line from one reader and not from another.
/// </summary>
internal struct ChunkExtensions
{
    private enum State : byte
    {
        None, // nothing but white space, or the end of one
        NameFirst,
        Name,
        SpaceAfterName,
        ValueFirst,
        Token,
        Quoted,
        Escaped,
        AfterQuoted,
        SpaceBeforeSemicolon,
    }

    private State state;

    /// <summary>Whether the line may end here. White space may stand before a part of an extension, not before the
    /// end.</summary>
    public readonly bool MayEnd => state is State.None or State.Name or State.Token or State.AfterQuoted;

    /// <summary>Takes the next byte; false when it cannot stand there.</summary>
    public bool TryTake(byte b)
    {
        var next = Next(b);
        if (next is { } taken) state = taken;
        return next is not null;
    }

    private readonly State? Next(byte b)
    {
        var isSpace = b is (byte)' ' or (byte)'\t';
        var isToken = Ascii.IsTokenCharacter(b);
        return state switch
        {
            State.Quoted when b == '"' => State.AfterQuoted,
            State.Quoted when b == '\\' => State.Escaped,
            State.Quoted or State.Escaped when IsText(b) => State.Quoted,
            State.NameFirst or State.ValueFirst when isSpace => state,
            State.NameFirst or State.Name when isToken => State.Name,
            State.Name or State.SpaceAfterName when b == '=' => State.ValueFirst,
            State.Name or State.SpaceAfterName when isSpace => State.SpaceAfterName,
            State.ValueFirst when b == '"' => State.Quoted,
            State.ValueFirst or State.Token when isToken => State.Token,
            State.NameFirst or State.ValueFirst or State.Quoted or State.Escaped => null,
            _ when b == ';' => State.NameFirst,
            State.SpaceAfterName => null,
            _ when isSpace => State.SpaceBeforeSemicolon,
            _ => null,
        };
    }

    private static bool IsText(byte b) => b is >= 0x20 and not 0x7F or (byte)'\t';
}

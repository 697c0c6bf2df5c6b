namespace Vitrine.Http.Protocols;

/// <summary>By which way a connection came in. Shared by all that came alike, or one connection's own.</summary>
public class Entrance
{
    /// <summary>The one of connections in the clear.</summary>
    public static Entrance Clear { get; } = new(EntranceKind.Clear);

    /// <summary>The one of clients that do not speak TLS where it is spoken.</summary>
    public static Entrance ClearOnSecure { get; } = new(EntranceKind.ClearOnSecure);

    /// <summary>The one of connections that are only told where TLS is spoken.</summary>
    public static Entrance Redirect { get; } = new(EntranceKind.Redirect);

    /// <summary>Makes one.</summary>
    protected Entrance(EntranceKind kind) => Kind = kind;

    /// <summary>The way.</summary>
    public EntranceKind Kind { get; }

    /// <summary>Whether clients are to come by TLS alone from then on, where that is said at all (RFC 6797): only to
    /// who
    /// came for a host by its name.</summary>
    public virtual bool IsStrict => false;

    /// <summary>Whether requests for a host may come by it: over TLS, what was agreed for one is not for another's
    /// (RFC 9110 section 7.4).</summary>
    public virtual bool IsFor(ReadOnlySpan<byte> authority) => true;
}

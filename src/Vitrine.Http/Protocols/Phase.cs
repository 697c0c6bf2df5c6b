namespace Vitrine.Http.Protocols;

/// <summary>What a connection is in the middle of; each has its own deadline.</summary>
public enum Phase : byte
{
    /// <summary>Between two requests.</summary>
    Idle,

    /// <summary>Inside a head.</summary>
    Head,

    /// <summary>Inside a request's body.</summary>
    Body,

    /// <summary>At a reply.</summary>
    Reply,

    /// <summary>At replies for which the client gives no room; the phase goes on while it gives next to none.</summary>
    Window,
}

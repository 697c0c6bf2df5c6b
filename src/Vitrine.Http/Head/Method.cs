namespace Vitrine.Http.Head;

/// <summary>Request methods (RFC 9110 section 9.3, RFC 5789). Names are case-sensitive.</summary>
public enum Method : byte
{
    /// <summary>None of those below: 501.</summary>
    Unknown,

    /// <summary>GET.</summary>
    Get,

    /// <summary>HEAD.</summary>
    Head,

    /// <summary>OPTIONS.</summary>
    Options,

    /// <summary>POST.</summary>
    Post,

    /// <summary>PUT.</summary>
    Put,

    /// <summary>DELETE.</summary>
    Delete,

    /// <summary>PATCH.</summary>
    Patch,

    /// <summary>TRACE.</summary>
    Trace,

    /// <summary>CONNECT.</summary>
    Connect,
}

/// <summary>Names of methods.</summary>
public static class Methods
{
    /// <summary>The method of that name, or <see cref="Method.Unknown"/>.</summary>
    public static Method Parse(ReadOnlySpan<byte> name) => name switch
    {
        [(byte)'G', (byte)'E', (byte)'T'] => Method.Get,
        _ when name.SequenceEqual("HEAD"u8) => Method.Head,
        _ when name.SequenceEqual("OPTIONS"u8) => Method.Options,
        _ when name.SequenceEqual("POST"u8) => Method.Post,
        _ when name.SequenceEqual("PUT"u8) => Method.Put,
        _ when name.SequenceEqual("DELETE"u8) => Method.Delete,
        _ when name.SequenceEqual("PATCH"u8) => Method.Patch,
        _ when name.SequenceEqual("TRACE"u8) => Method.Trace,
        _ when name.SequenceEqual("CONNECT"u8) => Method.Connect,
        _ => Method.Unknown,
    };
}

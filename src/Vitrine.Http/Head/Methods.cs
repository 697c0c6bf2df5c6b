namespace Vitrine.Http.Head;

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

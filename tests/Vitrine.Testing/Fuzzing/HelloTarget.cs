using Vitrine.Net.Tls;

namespace Vitrine.Testing.Fuzzing;

/// <summary>
/// The first bytes of a connection over TLS: what is known of a beginning holds for all that follows it, and names are
/// such as hosts can have.
/// </summary>
internal static class HelloTarget
{
    public static void Run(ReadOnlySpan<byte> input)
    {
        var whole = Read(input, out var name, out var protocols);
        for (var length = 0; length < input.Length; length += 1 + length / 16)
        {
            var part = Read(input[..length], out var partName, out var partProtocols);
            if (part == ClientHello.Outcome.Incomplete) continue;
            FuzzException.ThrowUnless(part == whole, "what is known holds");
            FuzzException.ThrowUnless(name == partName && protocols == partProtocols, "and is the same");
        }
        if (whole == ClientHello.Outcome.Incomplete)
            FuzzException.ThrowUnless(input.Length < ClientHello.MostHeldBytes, "it ends somewhere");
    }

    private static ClientHello.Outcome Read(ReadOnlySpan<byte> bytes, out string name, out string protocols)
    {
        var outcome = ClientHello.Read(bytes, new byte[ClientHello.MostBytes], out var hello);
        name = Convert.ToHexString(hello.ServerName);
        protocols = Convert.ToHexString(hello.Protocols);
        if (outcome != ClientHello.Outcome.Complete) return outcome;
        FuzzException.ThrowUnless(hello.ServerName.IsEmpty || HostNames.IsHostName(hello.ServerName), "it is a name");
        FuzzException.ThrowUnless(!hello.Offers(new byte[256]), "no protocol is that long");
        _ = HostNames.Canonical(hello.ServerName);
        return outcome;
    }
}

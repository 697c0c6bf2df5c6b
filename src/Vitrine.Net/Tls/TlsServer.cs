using Vitrine.Net.Tls.OpenSsl;
using Vitrine.Net.Tls.Portable;

namespace Vitrine.Net.Tls;

/// <summary>The TLS of a server: what its workers have in common, each of which joins with an engine of its
/// own.</summary>
/// <param name="identities">The certificates.</param>
public sealed class TlsServer(TlsIdentities identities)
{
    private volatile TlsIdentities current = identities;

    /// <summary>
    /// The certificates. Others may take their place at any time: connections that began with these go on with them.
    /// </summary>
    public TlsIdentities Identities
    {
        get => current;
        set => current = value;
    }

    /// <summary>Whether SslStream is used where libssl is there too.</summary>
    public bool IsPortable { get; init; }

    /// <summary>The keys of sessions.</summary>
    public TicketKeys Tickets { get; } = new(Environment.TickCount64);

    /// <summary>What is asked of clients' certificates; null asks for none.</summary>
    public ClientAuthorities? Clients { get; init; }

    /// <summary>Makes sure that TLS can be spoken with a certificate.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It cannot.</exception>
    public static void Check(TlsIdentity identity, ClientAuthorities? clients = null)
    {
        if (OpenSslEngine.IsAvailable) new OpenSslContext(new TlsHost([identity]), clients, 0).Dispose();
        else _ = StreamEngine.Make(new TlsHost([identity]), clients);
    }

    /// <summary>What is asked of those who are shown a host's certificate: of an authority that looks for a proof,
    /// nothing.</summary>
    internal ClientAuthorities? ClientsOf(TlsHost host) => host.IsProof ? null : Clients;

    /// <summary>Makes the engine of one worker.</summary>
    public TlsEngine Join() =>
        OpenSslEngine.IsAvailable && !IsPortable ? new OpenSslEngine(this) : new StreamEngine(this);
}

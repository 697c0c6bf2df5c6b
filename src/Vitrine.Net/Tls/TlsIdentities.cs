namespace Vitrine.Net.Tls;

/// <summary>
/// The certificates of a server by the names of hosts: the exact name first, then a wildcard (which stands for one
/// label, RFC 9525 section 6.3), then the default, which is the first of all. It never changes; another takes its
/// place.
/// </summary>
public sealed class TlsIdentities
{
    private readonly Dictionary<string, TlsHost> hosts = new(StringComparer.Ordinal);
    private readonly TlsHost first;
    private readonly Dictionary<string, TlsHost> proofs = [];

    /// <summary>Makes the table.</summary>
    /// <param name="identities">All of them; the first is the default's, with the first of another kind of key that is
    /// for all of the same names.</param>
    public TlsIdentities(IReadOnlyList<TlsIdentity> identities)
    {
        ArgumentNullException.ThrowIfNull(identities);
        ArgumentOutOfRangeException.ThrowIfZero(identities.Count);
        var made = new Dictionary<(TlsIdentity?, TlsIdentity?), TlsHost>();
        foreach (var name in identities.SelectMany(identity => identity.Names).Distinct(StringComparer.Ordinal))
            hosts[name] = Of(name);
        first = DefaultOf(identities[0]);

        TlsHost DefaultOf(TlsIdentity own)
        {
            var other = identities.FirstOrDefault(
                one => one.IsRsa != own.IsRsa && own.Names.Count > 0 && own.Names.All(one.Names.Contains));
            return own.IsRsa ? HostOf(other, own) : HostOf(own, other);
        }

        TlsHost Of(string name)
        {
            var all = identities.Where(identity => identity.Names.Contains(name)).ToArray();
            return HostOf(
                all.FirstOrDefault(identity => !identity.IsRsa), all.FirstOrDefault(identity => identity.IsRsa));
        }

        TlsHost HostOf(TlsIdentity? one, TlsIdentity? other)
        {
            if (!made.TryGetValue((one, other), out var host))
                made[(one, other)] = host = new TlsHost([.. new[] { one, other }.OfType<TlsIdentity>()]);
            return host;
        }
    }

    /// <summary>Whether clients are refused that want to reach a host of another name (<c>unrecognized_name</c>);
    /// who names none gets the default.</summary>
    public bool RefusesOthers { get; init; }

    /// <summary>What a client is answered with that names a host; null when it is refused.</summary>
    internal TlsHost? For(ReadOnlySpan<byte> serverName) =>
        serverName.IsEmpty ? first : Find(HostNames.Canonical(serverName)) ?? (RefusesOthers ? null : first);

    /// <summary>
    /// What proves to an authority that a host is ours (<c>acme-tls/1</c>, RFC 8737): a certificate a host, for
    /// connections that carry nothing.
    /// </summary>
    public IReadOnlyList<TlsIdentity> Proofs
    {
        init => proofs = value.ToDictionary(
            proof => proof.Names[0], proof => new TlsHost([proof]) { IsProof = true }, StringComparer.Ordinal);
    }

    /// <summary>What a client is shown that wants such a proof, and nothing else; null when there is none.</summary>
    internal TlsHost? ProofFor(in ClientHello hello) =>
        proofs.Count > 0 && hello.OffersOnly(TlsProtocols.AcmeTls)
            ? proofs.GetValueOrDefault(HostNames.Canonical(hello.ServerName))
            : null;

    /// <summary>
    /// Whether what was agreed for one host may carry requests for another: unless there is a certificate of that one's
    /// own (RFC 9110 section 7.4, RFC 9113 section 9.1.1).
    /// </summary>
    internal bool IsFor(TlsHost host, ReadOnlySpan<byte> authority) =>
        Find(HostNames.Canonical(authority)) is not { } other || host.Identities.All(other.Identities.Contains);

    private TlsHost? Find(string name)
    {
        if (hosts.TryGetValue(name, out var host)) return host;
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 ? hosts.GetValueOrDefault("*" + name[dot..]) : null;
    }
}

/// <summary>Which certificates a host is answered with, one for each kind of key. Compared by reference.</summary>
internal sealed class TlsHost(IReadOnlyList<TlsIdentity> identities)
{
    public IReadOnlyList<TlsIdentity> Identities => identities;

    /// <summary>Whether it is shown to an authority alone, which sends no request.</summary>
    public bool IsProof { get; init; }
}

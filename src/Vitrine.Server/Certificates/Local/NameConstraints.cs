using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Vitrine.Server.Certificates.Local;

/// <summary>
/// What an authority may issue certificates for (RFC 5280 section 4.2.1.10): names and networks that are nobody's on
/// the internet. So whoever gets hold of its key can pass for this machine and its neighbours, and for no site.
/// </summary>
internal static class NameConstraints
{
    private const string Oid = "2.5.29.30";
    private const int DnsName = 2;
    private const int Address = 7;

    // Reserved for such things: RFC 6761, RFC 6762, RFC 8375, and ICANN's .internal.
    private static readonly string[] Names = ["localhost", "local", "test", "home.arpa", "internal"];

    // RFC 1122, RFC 1918, RFC 3927, RFC 4193, RFC 4291.
    private static readonly string[] Networks =
    [
        "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "::1/128", "fc00::/7",
        "fe80::/10",
    ];

    /// <summary>The extension, with the name of a machine besides.</summary>
    public static X509Extension Make(string machine)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
        {
            foreach (var name in Names.Append(machine).Distinct())
                using (writer.PushSequence())
                    writer.WriteCharacterString(
                        UniversalTagNumber.IA5String, name, new Asn1Tag(TagClass.ContextSpecific, DnsName));
            foreach (var network in Networks.Select(IPNetwork.Parse))
                using (writer.PushSequence())
                    writer.WriteOctetString(
                        [.. network.BaseAddress.GetAddressBytes(), .. MaskOf(network)],
                        new Asn1Tag(TagClass.ContextSpecific, Address));
        }
        return new X509Extension(Oid, writer.Encode(), critical: true);
    }

    /// <summary>Whether an address may be in a certificate.</summary>
    public static bool Allows(IPAddress address) =>
        Networks.Select(IPNetwork.Parse).Any(each => each.Contains(address));

    /// <summary>Whether a name may, on a machine of that name.</summary>
    public static bool Allows(string name, string machine) => Names.Append(machine).Any(each =>
        name == each || name.EndsWith("." + each, StringComparison.Ordinal));

    private static byte[] MaskOf(IPNetwork network)
    {
        var mask = new byte[network.BaseAddress.GetAddressBytes().Length];
        for (var bit = 0; bit < network.PrefixLength; bit++) mask[bit / 8] |= (byte)(0x80 >> bit % 8);
        return mask;
    }
}

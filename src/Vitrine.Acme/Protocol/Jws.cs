using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Vitrine.Acme.Protocol;

/// <summary>Signs what is said to an authority (RFC 7515, RFC 8555 section 6.2).</summary>
internal static class Jws
{
    /// <summary>With the account's key.</summary>
    public static JwsMessage Sign(AccountKey key, JwsHeader header, ReadOnlySpan<byte> payload)
    {
        var (front, body) = Encode(header, payload);
        return new JwsMessage(front, body, Base64Url.EncodeToString(key.Sign(Joined(front, body))));
    }

    /// <summary>That an account of the authority's is to be the same as this key's (RFC 8555 section 7.3.4).</summary>
    public static JwsMessage Bind(ExternalAccount account, AccountKey key, Uri newAccount)
    {
        var header = new JwsHeader("HS256", newAccount) { Kid = account.KeyId };
        var (front, body) = Encode(header, JsonSerializer.SerializeToUtf8Bytes(key.Public, AcmeJson.Default.Jwk));
        return new JwsMessage(
            front, body, Base64Url.EncodeToString(HMACSHA256.HashData(account.Key, Joined(front, body))));
    }

    private static (string Front, string Body) Encode(JwsHeader header, ReadOnlySpan<byte> payload) => (
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(header, AcmeJson.Default.JwsHeader)),
        Base64Url.EncodeToString(payload));

    private static byte[] Joined(string front, string body) => Encoding.ASCII.GetBytes($"{front}.{body}");
}

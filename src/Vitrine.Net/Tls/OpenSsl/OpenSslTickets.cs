using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vitrine.Net.Tls.OpenSsl;

/// <summary>Gives OpenSSL the keys under which it seals sessions for clients to keep, and opens them.</summary>
internal static unsafe class OpenSslTickets
{
    private const int NotOurs = 0;
    private const int Taken = 1;
    private const int TakenAnew = 2; // the client is given another
    private const int Failed = -1;
    private const int BlockBytes = 16;

    /// <summary>SSL_CTX_set_tlsext_ticket_key_evp_cb's callback.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int Handle(nint ssl, byte* name, byte* iv, nint cipher, nint mac, int isSealing)
    {
        var keys = OpenSslEngine.From(Libssl.SSL_CTX_get_ex_data(Libssl.SSL_get_SSL_CTX(ssl), 0)).Tickets;
        var newest = keys.Newest;
        if (isSealing != 0)
        {
            newest.Name.CopyTo(new Span<byte>(name, TicketKeys.NameBytes));
            return Libcrypto.RAND_bytes(iv, BlockBytes) == 1 && Start(newest, iv, cipher, mac, true) ? Taken : Failed;
        }
        if (keys.Find(new ReadOnlySpan<byte>(name, TicketKeys.NameBytes)) is not { } key) return NotOurs;
        if (!Start(key, iv, cipher, mac, false)) return Failed;
        // In TLS 1.3 a client uses a ticket once (RFC 8446 appendix C.4), so it is given another.
        return ReferenceEquals(key, newest) && Libssl.SSL_version(ssl) == Libssl.TLS1_2_VERSION ? Taken : TakenAnew;
    }

    private static bool Start(TicketKeys.Key key, byte* iv, nint cipher, nint mac, bool isSealing)
    {
        fixed (byte* encryption = key.Encryption, authentication = key.Authentication)
        fixed (byte* digest = "digest\0"u8, sha256 = "SHA256\0"u8)
        {
            var parameters = stackalloc Libcrypto.OSSL_PARAM[2]; // the second ends the list
            parameters[0] = new Libcrypto.OSSL_PARAM
            {
                key = digest,
                data_type = Libcrypto.OSSL_PARAM.OSSL_PARAM_UTF8_STRING,
                data = sha256,
                data_size = 6,
                return_size = nuint.MaxValue,
            };
            parameters[1] = default;
            var aes = Libcrypto.EVP_aes_256_cbc();
            return Libcrypto.EVP_MAC_init(mac, authentication, (nuint)key.Authentication.Length, parameters) == 1
                && (isSealing
                    ? Libcrypto.EVP_EncryptInit_ex(cipher, aes, 0, encryption, iv)
                    : Libcrypto.EVP_DecryptInit_ex(cipher, aes, 0, encryption, iv)) == 1;
        }
    }
}

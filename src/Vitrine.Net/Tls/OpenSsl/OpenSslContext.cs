using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Vitrine.Net.Tls.OpenSsl;

/// <summary>
/// What OpenSSL needs to answer for one host: its certificates and how it speaks TLS. Sessions that clients keep are
/// bound to it: one of another host, or of another certificate, is not resumed.
/// </summary>
internal sealed unsafe class OpenSslContext : IDisposable
{
    // All that is left of TLS 1.2 (RFC 9325 section 4.2): so no connection has a suite that HTTP/2 forbids (RFC 9113
    // appendix A). AES with 128 bits first: it is as safe and costs less; who prefers ChaCha20 has no instructions for
    // AES, and gets it.
    private const string Suites12 =
        "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
        + "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:"
        + "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384";

    private const string Suites13 = "TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_256_GCM_SHA384";

    private const ulong Options = Libssl.SSL_OP_NO_COMPRESSION | Libssl.SSL_OP_NO_RENEGOTIATION
        | Libssl.SSL_OP_CIPHER_SERVER_PREFERENCE | Libssl.SSL_OP_PRIORITIZE_CHACHA
        | Libssl.SSL_OP_IGNORE_UNEXPECTED_EOF; // HTTP says itself where things end

    /// <summary>Makes one.</summary>
    /// <param name="host">The certificates.</param>
    /// <param name="clients">Who vouches for clients, or null.</param>
    /// <param name="engine">What <see cref="OpenSslEngine.From"/> takes.</param>
    /// <exception cref="CryptographicException">A certificate or a key that OpenSSL does not take.</exception>
    public OpenSslContext(TlsHost host, ClientAuthorities? clients, nint engine)
    {
        Host = host;
        Handle = Libssl.SSL_CTX_new(Libssl.TLS_server_method());
        if (Handle == 0) throw OpenSslError.Take("no context");
        try
        {
            Set(engine);
            if (clients is not null) Ask(clients);
            fixed (byte* id = IdOf(host, clients))
                Check(Libssl.SSL_CTX_set_session_id_context(Handle, id, SHA256.HashSizeInBytes));
            foreach (var identity in host.Identities) Use(identity);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The certificates.</summary>
    public TlsHost Host { get; }

    /// <summary>OpenSSL's name for it.</summary>
    public nint Handle { get; private set; }

    /// <summary>Lets go of it; sessions keep it for as long as they are.</summary>
    public void Dispose()
    {
        if (Handle != 0) Libssl.SSL_CTX_free(Handle);
        Handle = 0;
    }

    private void Set(nint engine)
    {
        _ = Libssl.SSL_CTX_set_options(Handle, Options);
        Check(Libssl.SSL_CTX_ctrl(Handle, Libssl.SSL_CTRL_SET_MIN_PROTO_VERSION, Libssl.TLS1_2_VERSION, 0));
        // Partial writes are not wanted: with them OpenSSL keeps its buffer between two.
        _ = Libssl.SSL_CTX_ctrl(
            Handle,
            Libssl.SSL_CTRL_MODE,
            Libssl.SSL_MODE_RELEASE_BUFFERS | Libssl.SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER,
            0);
        _ = Libssl.SSL_CTX_ctrl(Handle, Libssl.SSL_CTRL_SET_READ_AHEAD, 1, 0);
        _ = Libssl.SSL_CTX_ctrl(Handle, Libssl.SSL_CTRL_SET_SESS_CACHE_MODE, 0, 0); // clients keep them
        Check(Libssl.SSL_CTX_set_num_tickets(Handle, 1));
        _ = Libssl.SSL_CTX_set_timeout(Handle, TicketKeys.LifetimeSeconds);
        Check(Libssl.SSL_CTX_set_cipher_list(Handle, Suites12));
        Check(Libssl.SSL_CTX_set_ciphersuites(Handle, Suites13));
        Check(Libssl.SSL_CTX_set_ex_data(Handle, 0, engine));
        Check(Libssl.SSL_CTX_set_tlsext_ticket_key_evp_cb(Handle, &OpenSslTickets.Handle));
        Libssl.SSL_CTX_set_alpn_select_cb(Handle, &SelectProtocol, Host.IsProof ? 1 : 0);
    }

    // All that a session could be of another's by.
    private static byte[] IdOf(TlsHost host, ClientAuthorities? clients)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var identity in host.Identities) hash.AppendData(SHA256.HashData(identity.Chain[0]));
        hash.AppendData([clients is null ? (byte)0 : clients.AreRequired ? (byte)2 : (byte)1]);
        foreach (var authority in clients?.Certificates ?? []) hash.AppendData(SHA256.HashData(authority));
        return hash.GetHashAndReset();
    }

    private void Ask(ClientAuthorities clients)
    {
        // Of a session nobody looks whether the client's certificate still holds: each is asked for it anew.
        _ = Libssl.SSL_CTX_set_options(Handle, Libssl.SSL_OP_NO_TICKET);
        Check(Libssl.SSL_CTX_set_num_tickets(Handle, 0));

        var mode = Libssl.SSL_VERIFY_PEER | (clients.AreRequired ? Libssl.SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0);
        Libssl.SSL_CTX_set_verify(Handle, mode, 0);
        foreach (var authority in clients.Certificates)
        {
            var certificate = Read(authority);
            var isTaken = Libcrypto.X509_STORE_add_cert(Libssl.SSL_CTX_get_cert_store(Handle), certificate) == 1
                && Libssl.SSL_CTX_add_client_CA(Handle, certificate) == 1;
            Libcrypto.X509_free(certificate);
            if (!isTaken) throw OpenSslError.Take("an authority of clients was not taken");
        }
    }

    private void Use(TlsIdentity identity)
    {
        for (var i = 0; i < identity.Chain.Count; i++)
        {
            var certificate = Read(identity.Chain[i]);
            var isTaken = i == 0
                ? Libssl.SSL_CTX_use_certificate(Handle, certificate) == 1
                : Libssl.SSL_CTX_ctrl(Handle, Libssl.SSL_CTRL_CHAIN_CERT, 1, certificate) == 1;
            Libcrypto.X509_free(certificate);
            if (!isTaken) throw OpenSslError.Take("the certificate was not taken");
        }
        fixed (byte* start = identity.Key)
        {
            var position = start;
            var key = Libcrypto.d2i_AutoPrivateKey(0, &position, identity.Key.Length);
            if (key == 0) throw OpenSslError.Take("the private key was not taken");
            var isTaken = Libssl.SSL_CTX_use_PrivateKey(Handle, key) == 1
                && Libssl.SSL_CTX_check_private_key(Handle) == 1;
            Libcrypto.EVP_PKEY_free(key);
            if (!isTaken) throw OpenSslError.Take("the private key does not fit the certificate");
        }
    }

    private static nint Read(byte[] der)
    {
        fixed (byte* start = der)
        {
            var position = start;
            var certificate = Libcrypto.d2i_X509(0, &position, der.Length);
            return certificate != 0 ? certificate : throw OpenSslError.Take("a certificate was not taken");
        }
    }

    // RFC 7301 section 3.2: ours first; whoever offers some and none of ours is told that there is no other.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int SelectProtocol(
        nint ssl, byte** chosen, byte* chosenLength, byte* offered, uint length, nint argument)
    {
        var list = new ReadOnlySpan<byte>(offered, (int)length);
        var isProof = argument != 0;
        if (isProof ? TryFind(list, TlsProtocols.AcmeTls, out var at)
            : TryFind(list, TlsProtocols.Http2, out at) || TryFind(list, TlsProtocols.Http11, out at))
        {
            *chosen = offered + at + 1;
            *chosenLength = offered[at];
            return Libssl.SSL_TLSEXT_ERR_OK;
        }
        return Libssl.SSL_TLSEXT_ERR_ALERT_FATAL;
    }

    private static bool TryFind(ReadOnlySpan<byte> list, ReadOnlySpan<byte> protocol, out int at)
    {
        for (at = 0; at < list.Length; at += 1 + list[at])
            if (list[at] == protocol.Length && list.Length - at > protocol.Length
                && list.Slice(at + 1, protocol.Length).SequenceEqual(protocol)) return true;
        return false;
    }

    private static void Check(nint result)
    {
        if (result != 1) throw OpenSslError.Take("a setting was not taken");
    }
}

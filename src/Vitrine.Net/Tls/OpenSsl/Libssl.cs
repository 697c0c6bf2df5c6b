using System.Runtime.InteropServices;

namespace Vitrine.Net.Tls.OpenSsl;

#pragma warning disable CA1401, CA1707, CS8981, SYSLIB1054 // named as there
/// <summary>
/// The calls of libssl (OpenSSL 3), named as there. Those that call nothing back and take no time are made without
/// telling the runtime.
/// </summary>
internal static unsafe partial class Libssl
{
    private const string Library = "libssl.so.3";

    public const int SSL_ERROR_SSL = 1;
    public const int SSL_ERROR_WANT_READ = 2;
    public const int SSL_ERROR_SYSCALL = 5;
    public const int SSL_ERROR_ZERO_RETURN = 6;

    public const int SSL_CTRL_MODE = 33;
    public const int SSL_CTRL_SET_READ_AHEAD = 41;
    public const int SSL_CTRL_SET_SESS_CACHE_MODE = 44;
    public const int SSL_CTRL_CHAIN_CERT = 89;
    public const int SSL_CTRL_SET_MIN_PROTO_VERSION = 123;

    public const int SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER = 0x2;
    public const int SSL_MODE_RELEASE_BUFFERS = 0x10;

    public const ulong SSL_OP_IGNORE_UNEXPECTED_EOF = 1UL << 7;
    public const ulong SSL_OP_NO_TICKET = 1UL << 14;
    public const ulong SSL_OP_NO_COMPRESSION = 1UL << 17;
    public const ulong SSL_OP_PRIORITIZE_CHACHA = 1UL << 21;
    public const ulong SSL_OP_CIPHER_SERVER_PREFERENCE = 1UL << 22;
    public const ulong SSL_OP_NO_RENEGOTIATION = 1UL << 30;

    public const int SSL_VERIFY_PEER = 1;
    public const int SSL_VERIFY_FAIL_IF_NO_PEER_CERT = 2;

    public const int SSL_TLSEXT_ERR_OK = 0;
    public const int SSL_TLSEXT_ERR_ALERT_FATAL = 2;

    public const int TLS1_2_VERSION = 0x0303;

    [LibraryImport(Library)]
    public static partial nint TLS_server_method();

    [LibraryImport(Library)]
    public static partial nint SSL_CTX_new(nint method);

    [LibraryImport(Library)]
    public static partial void SSL_CTX_free(nint context);

    [LibraryImport(Library)]
    public static partial nint SSL_CTX_ctrl(nint context, int command, nint number, nint pointer);

    [LibraryImport(Library)]
    public static partial ulong SSL_CTX_set_options(nint context, ulong options);

    [LibraryImport(Library)]
    public static partial int SSL_CTX_use_certificate(nint context, nint certificate);

    [LibraryImport(Library)]
    public static partial int SSL_CTX_use_PrivateKey(nint context, nint key);

    [LibraryImport(Library)]
    public static partial int SSL_CTX_check_private_key(nint context);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SSL_CTX_set_cipher_list(nint context, string list);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SSL_CTX_set_ciphersuites(nint context, string list);

    [LibraryImport(Library)]
    public static partial void SSL_CTX_set_alpn_select_cb(
        nint context, delegate* unmanaged[Cdecl]<nint, byte**, byte*, byte*, uint, nint, int> callback, nint argument);

    [LibraryImport(Library)]
    public static partial int SSL_CTX_set_session_id_context(nint context, byte* id, uint length);

    [LibraryImport(Library)]
    public static partial int SSL_CTX_set_num_tickets(nint context, nuint count);

    [LibraryImport(Library)]
    public static partial nint SSL_CTX_set_timeout(nint context, nint seconds);

    [LibraryImport(Library)]
    public static partial int SSL_CTX_set_tlsext_ticket_key_evp_cb(
        nint context, delegate* unmanaged[Cdecl]<nint, byte*, byte*, nint, nint, int, int> callback);

    [LibraryImport(Library)]
    public static partial int SSL_CTX_set_ex_data(nint context, int index, nint data);

    [LibraryImport(Library)]
    public static partial nint SSL_CTX_get_ex_data(nint context, int index);

    [LibraryImport(Library)]
    public static partial void SSL_CTX_set_verify(nint context, int mode, nint callback);

    [LibraryImport(Library)]
    public static partial nint SSL_CTX_get_cert_store(nint context);

    [LibraryImport(Library)]
    public static partial int SSL_CTX_add_client_CA(nint context, nint certificate);

    [LibraryImport(Library)]
    public static partial nint SSL_new(nint context);

    [LibraryImport(Library)]
    public static partial void SSL_free(nint ssl);

    [LibraryImport(Library)]
    public static partial void SSL_set_bio(nint ssl, nint input, nint output);

    [LibraryImport(Library)]
    public static partial void SSL_set_accept_state(nint ssl);

    [LibraryImport(Library)]
    public static partial int SSL_read_ex(nint ssl, byte* buffer, nuint length, nuint* read);

    [LibraryImport(Library)]
    public static partial int SSL_write_ex(nint ssl, byte* buffer, nuint length, nuint* written);

    [LibraryImport(Library)]
    public static partial int SSL_get_error(nint ssl, int result);

    [LibraryImport(Library)]
    public static partial int SSL_shutdown(nint ssl);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial int SSL_has_pending(nint ssl);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial int SSL_is_init_finished(nint ssl);

    [LibraryImport(Library)]
    public static partial void SSL_get0_alpn_selected(nint ssl, byte** protocol, uint* length);

    [LibraryImport(Library)]
    public static partial int SSL_session_reused(nint ssl);

    [LibraryImport(Library)]
    public static partial int SSL_version(nint ssl);

    [LibraryImport(Library)]
    public static partial byte* SSL_get_version(nint ssl);

    [LibraryImport(Library)]
    public static partial nint SSL_get_current_cipher(nint ssl);

    [LibraryImport(Library)]
    public static partial byte* SSL_CIPHER_get_name(nint cipher);

    [LibraryImport(Library)]
    public static partial nint SSL_get_SSL_CTX(nint ssl);

    [LibraryImport(Library)]
    public static partial nint SSL_get1_peer_certificate(nint ssl);
}

using System.Runtime.InteropServices;

namespace Vitrine.Net.Tls.OpenSsl;

#pragma warning disable CA1401, CA1707, CS8981, SYSLIB1054 // named as there
/// <summary>The calls of libcrypto (OpenSSL 3) that TLS needs, named as there.</summary>
internal static unsafe partial class Libcrypto
{
    private const string Library = "libcrypto.so.3";

    public const int BIO_TYPE_SOURCE_SINK = 0x400;
    public const int BIO_CTRL_FLUSH = 11;
    public const int BIO_FLAGS_READ = 1;
    public const int BIO_FLAGS_SHOULD_RETRY = 8;

    /// <summary>OSSL_PARAM: a named value.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct OSSL_PARAM
    {
        public const uint OSSL_PARAM_UTF8_STRING = 4;

        public byte* key;
        public uint data_type;
        public void* data;
        public nuint data_size;
        public nuint return_size;
    }

    [LibraryImport(Library)]
    public static partial int BIO_get_new_index();

    [LibraryImport(Library)]
    public static partial nint BIO_meth_new(int type, byte* name);

    [LibraryImport(Library)]
    public static partial int BIO_meth_set_read_ex(
        nint method, delegate* unmanaged[Cdecl]<nint, byte*, nuint, nuint*, int> read);

    [LibraryImport(Library)]
    public static partial int BIO_meth_set_write_ex(
        nint method, delegate* unmanaged[Cdecl]<nint, byte*, nuint, nuint*, int> write);

    [LibraryImport(Library)]
    public static partial int BIO_meth_set_ctrl(
        nint method, delegate* unmanaged[Cdecl]<nint, int, nint, nint, nint> control);

    [LibraryImport(Library)]
    public static partial nint BIO_new(nint method);

    [LibraryImport(Library)]
    public static partial int BIO_free(nint bio);

    [LibraryImport(Library)]
    public static partial int BIO_up_ref(nint bio);

    [LibraryImport(Library)]
    public static partial void BIO_set_data(nint bio, nint data);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial nint BIO_get_data(nint bio);

    [LibraryImport(Library)]
    public static partial void BIO_set_init(nint bio, int isInitialised);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial void BIO_set_flags(nint bio, int flags);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial void BIO_clear_flags(nint bio, int flags);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial void ERR_clear_error();

    [LibraryImport(Library)]
    public static partial nuint ERR_get_error();

    [LibraryImport(Library)]
    public static partial byte* ERR_reason_error_string(nuint error);

    [LibraryImport(Library)]
    public static partial nint d2i_X509(nint into, byte** bytes, nint length);

    [LibraryImport(Library)]
    public static partial int i2d_X509(nint certificate, byte** bytes);

    [LibraryImport(Library)]
    public static partial void X509_free(nint certificate);

    [LibraryImport(Library)]
    public static partial nint X509_get_subject_name(nint certificate);

    [LibraryImport(Library)]
    public static partial byte* X509_NAME_oneline(nint name, byte* buffer, int size);

    [LibraryImport(Library)]
    public static partial int X509_STORE_add_cert(nint store, nint certificate);

    [LibraryImport(Library)]
    public static partial nint d2i_AutoPrivateKey(nint into, byte** bytes, nint length);

    [LibraryImport(Library)]
    public static partial void EVP_PKEY_free(nint key);

    [LibraryImport(Library)]
    public static partial int RAND_bytes(byte* buffer, int count);

    [LibraryImport(Library)]
    public static partial nint EVP_aes_256_cbc();

    [LibraryImport(Library)]
    public static partial int EVP_EncryptInit_ex(nint context, nint cipher, nint engine, byte* key, byte* iv);

    [LibraryImport(Library)]
    public static partial int EVP_DecryptInit_ex(nint context, nint cipher, nint engine, byte* key, byte* iv);

    [LibraryImport(Library)]
    public static partial int EVP_MAC_init(nint context, byte* key, nuint length, OSSL_PARAM* parameters);
}

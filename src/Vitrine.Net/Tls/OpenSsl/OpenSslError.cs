using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Vitrine.Net.Tls.OpenSsl;

/// <summary>What OpenSSL says was wrong: a queue that each thread has.</summary>
internal static unsafe class OpenSslError
{
    /// <summary>The first of what went wrong on this thread, in words; the queue is empty then.</summary>
    public static string? TakeText()
    {
        var code = Libcrypto.ERR_get_error();
        Libcrypto.ERR_clear_error();
        return code == 0 ? null : Marshal.PtrToStringUTF8((nint)Libcrypto.ERR_reason_error_string(code));
    }

    /// <summary>The same as an exception.</summary>
    public static CryptographicException Take(string what) => new(TakeText() is { } why ? $"{what}: {why}" : what);
}

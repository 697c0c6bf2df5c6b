using System.Runtime.InteropServices;
using Vitrine.Net.Tls.OpenSsl;

namespace Vitrine.Tests.Net.Tls;

/// <summary>A client of TLS without a network: takes what the server sent and gives what it sends for it.</summary>
internal sealed unsafe partial class TlsTestClient : IDisposable
{
    private const int RoomBytes = 256 * 1024;
    private static readonly nint Shared = MakeContext();

    private readonly WindowBio bio = new();
    private readonly nint output;
    private readonly byte[] start;
    private readonly List<byte> received = [];
    private nint ssl;

    /// <summary>Makes one.</summary>
    /// <param name="serverName">The host that it asks for, or null.</param>
    /// <param name="protocol">What it speaks (ALPN), or null.</param>
    /// <param name="start">What it sends once the connection is open.</param>
    /// <param name="session">A session to go on with, which it then owns, or 0.</param>
    public TlsTestClient(string? serverName, string? protocol, byte[] start, nint session = 0)
    {
        this.start = start;
        output = (nint)NativeMemory.Alloc(RoomBytes);
        bio.SetOutput(output, RoomBytes);
        ssl = Libssl.SSL_new(Shared);
        _ = Libcrypto.BIO_up_ref(bio.Handle);
        Libssl.SSL_set_bio(ssl, bio.Handle, bio.Handle);
        SSL_set_connect_state(ssl);
        if (serverName is not null) _ = SSL_ctrl(ssl, 55, 0, Marshal.StringToHGlobalAnsi(serverName));
        if (protocol is not null)
        {
            byte[] list = [(byte)protocol.Length, .. System.Text.Encoding.ASCII.GetBytes(protocol)];
            fixed (byte* first = list) _ = SSL_set_alpn_protos(ssl, first, (uint)list.Length);
        }
        if (session != 0)
        {
            _ = SSL_set_session(ssl, session);
            SSL_SESSION_free(session);
        }
        Hello = Take(default);
    }

    /// <summary>What it sends first.</summary>
    public byte[] Hello { get; }

    /// <summary>What it sends for plaintext that came, beside what it does anyway.</summary>
    public Func<ReadOnlyMemory<byte>, byte[]>? Answers { get; init; }

    /// <summary>Whether the handshake is done on its side.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Whether the server said that nothing more follows.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>What the server did wrong, or the alert that it sent.</summary>
    public string? Fault { get; private set; }

    /// <summary>The plaintext that came.</summary>
    public byte[] Received => [.. received];

    /// <summary>Whether it goes on with the session that it was given.</summary>
    public bool IsResumed => Libssl.SSL_session_reused(ssl) == 1;

    /// <summary>The protocol that was chosen.</summary>
    public string Protocol
    {
        get
        {
            byte* protocol;
            uint length;
            Libssl.SSL_get0_alpn_selected(ssl, &protocol, &length);
            return System.Text.Encoding.ASCII.GetString(new ReadOnlySpan<byte>(protocol, (int)length));
        }
    }

    /// <summary>A session that another can go on with.</summary>
    public nint TakeSession() => SSL_get1_session(ssl);

    /// <summary>The server's certificate, in DER.</summary>
    public byte[] ServerCertificate()
    {
        var certificate = Libssl.SSL_get1_peer_certificate(ssl);
        byte* bytes = null;
        var length = Libcrypto.i2d_X509(certificate, &bytes);
        Libcrypto.X509_free(certificate);
        return new ReadOnlySpan<byte>(bytes, length).ToArray(); // which is never freed: it is a test
    }

    /// <summary>Takes what the server sent; returns what it sends for it.</summary>
    public byte[] Take(ReadOnlyMemory<byte> cipher)
    {
        bio.Written = 0;
        var plain = new byte[RoomBytes];
        fixed (byte* input = cipher.Span, room = plain)
        {
            bio.Lend(input, cipher.Length);
            while (Fault is null && !HasEnded)
            {
                nuint read;
                Libcrypto.ERR_clear_error();
                var result = Libssl.SSL_read_ex(ssl, room, RoomBytes, &read);
                var error = Libssl.SSL_get_error(ssl, result); // before anything else is done with it
                Open();
                if (result == 1)
                {
                    received.AddRange(plain.AsSpan(0, (int)read));
                    if (Answers?.Invoke(plain.AsMemory(0, (int)read).ToArray()) is { Length: > 0 } more) Write(more);
                    continue;
                }
                if (error == Libssl.SSL_ERROR_WANT_READ) break;
                if (error == Libssl.SSL_ERROR_ZERO_RETURN) HasEnded = true;
                else Fault = OpenSslError.TakeText() ?? "?";
            }
        }
        return Wire();
    }

    /// <summary>Sends something; returns what goes onto the wire.</summary>
    public byte[] Send(byte[] plain)
    {
        bio.Written = 0;
        Write(plain);
        return Wire();
    }

    /// <summary>Makes new keys again and again (RFC 8446 section 4.6.3); returns what goes onto the wire.</summary>
    public byte[] RenewKeys(int times)
    {
        bio.Written = 0;
        for (var i = 0; i < times; i++)
        {
            Assert.Equal(1, SSL_key_update(ssl, 0));
            Assert.Equal(1, SSL_do_handshake(ssl));
        }
        return Wire();
    }

    /// <summary>Says that nothing more follows; returns what goes onto the wire.</summary>
    public byte[] End()
    {
        bio.Written = 0;
        _ = Libssl.SSL_shutdown(ssl);
        Libcrypto.ERR_clear_error();
        return Wire();
    }

    public void Dispose()
    {
        if (ssl == 0) return;
        _ = Libssl.SSL_shutdown(ssl); // else its session could not be gone on with
        Libcrypto.ERR_clear_error();
        Libssl.SSL_free(ssl);
        ssl = 0;
        bio.Dispose();
        NativeMemory.Free((void*)output);
    }

    private byte[] Wire() => new ReadOnlySpan<byte>((void*)output, bio.Written).ToArray();

    private void Open()
    {
        if (IsOpen || Libssl.SSL_is_init_finished(ssl) == 0) return;
        IsOpen = true;
        Write(start);
    }

    private void Write(byte[] plain)
    {
        if (plain.Length == 0) return;
        nuint written;
        fixed (byte* first = plain) _ = Libssl.SSL_write_ex(ssl, first, (nuint)plain.Length, &written);
    }

    private static nint MakeContext() => Libssl.SSL_CTX_new(TLS_client_method());

    [LibraryImport("libssl.so.3")]
    private static partial int SSL_key_update(nint ssl, int kind);

    [LibraryImport("libssl.so.3")]
    private static partial int SSL_do_handshake(nint ssl);

    [LibraryImport("libssl.so.3")]
    private static partial nint TLS_client_method();

    [LibraryImport("libssl.so.3")]
    private static partial void SSL_set_connect_state(nint ssl);

    [LibraryImport("libssl.so.3")]
    private static partial nint SSL_ctrl(nint ssl, int command, nint number, nint pointer);

    [LibraryImport("libssl.so.3")]
    private static partial int SSL_set_alpn_protos(nint ssl, byte* list, uint length);

    [LibraryImport("libssl.so.3")]
    private static partial nint SSL_get1_session(nint ssl);

    [LibraryImport("libssl.so.3")]
    private static partial int SSL_set_session(nint ssl, nint session);

    [LibraryImport("libssl.so.3")]
    private static partial void SSL_SESSION_free(nint session);
}

using System.Runtime.InteropServices;
using System.Text;

namespace Vitrine.Net.Tls.OpenSsl;

/// <summary>
/// One connection's TLS by OpenSSL. It owns no buffer while it is idle: see <see cref="WindowBio"/>. What goes wrong is
/// put into a queue of the thread's, and what is left there would be taken for the next session's fault: whatever may
/// have left something clears it.
/// </summary>
internal sealed unsafe class OpenSslSession : TlsSession
{
    private const int MostNameBytes = 512;

    private readonly OpenSslEngine engine;
    private readonly TlsIdentities identities;
    private readonly TlsHost host;
    private nint ssl;
    private bool isOpen;
    private bool hasFailed;

    /// <summary>Begins one.</summary>
    public OpenSslSession(
        OpenSslEngine engine, OpenSslContext context, TlsIdentities identities, ReadOnlySpan<byte> serverName)
    {
        this.engine = engine;
        this.identities = identities;
        host = context.Host;
        IsProof = host.IsProof;
        ServerName = serverName.IsEmpty ? null : HostNames.Canonical(serverName);
        ssl = Libssl.SSL_new(context.Handle);
        if (ssl == 0) throw OpenSslError.Take("no session");
        _ = Libcrypto.BIO_up_ref(engine.Bio.Handle);
        Libssl.SSL_set_bio(ssl, engine.Bio.Handle, engine.Bio.Handle);
        Libssl.SSL_set_accept_state(ssl);
        Libcrypto.ERR_clear_error();
    }

    /// <inheritdoc/>
    public override bool IsOpen => isOpen;

    /// <inheritdoc/>
    public override string? ServerName { get; }

    /// <inheritdoc/>
    public override bool IsHttp2
    {
        get
        {
            byte* protocol;
            uint length;
            Libssl.SSL_get0_alpn_selected(ssl, &protocol, &length);
            return new ReadOnlySpan<byte>(protocol, (int)length).SequenceEqual(TlsProtocols.Http2);
        }
    }

    /// <inheritdoc/>
    public override TlsFacts Facts
    {
        get
        {
            byte* protocol;
            uint length;
            Libssl.SSL_get0_alpn_selected(ssl, &protocol, &length);
            return new TlsFacts(
                Text(Libssl.SSL_get_version(ssl)),
                Text(Libssl.SSL_CIPHER_get_name(Libssl.SSL_get_current_cipher(ssl))),
                length == 0 ? null : Encoding.ASCII.GetString(protocol, (int)length),
                ServerName,
                Libssl.SSL_session_reused(ssl) == 1)
            {
                ClientSubject = SubjectOfClient(),
            };
        }
    }

    /// <inheritdoc/>
    public override bool IsFor(ReadOnlySpan<byte> authority) =>
        ServerName is null || identities.IsFor(host, authority);

    /// <inheritdoc/>
    public override Outcome Receive(ReadOnlySpan<byte> cipher, Span<byte> plain, out int count)
    {
        fixed (byte* input = cipher, output = plain)
        {
            engine.Bio.Lend(input, cipher.Length);
            var outcome = Read(output, plain.Length, out count);
            engine.Bio.Lend(null, 0); // whatever is left is nobody else's
            return outcome;
        }
    }

    /// <inheritdoc/>
    public override bool Seal(ReadOnlySpan<byte> plain)
    {
        if (plain.IsEmpty) return true;
        nuint written;
        fixed (byte* start = plain)
        {
            if (Libssl.SSL_write_ex(ssl, start, (nuint)plain.Length, &written) == 1) return true;
        }
        Fail();
        return false;
    }

    /// <inheritdoc/>
    public override void Close()
    {
        if (!isOpen || hasFailed) return;
        _ = Libssl.SSL_shutdown(ssl);
        Libcrypto.ERR_clear_error();
        hasFailed = true; // nothing can be sealed any more
    }

    /// <inheritdoc/>
    public override void Release()
    {
        if (ssl == 0) return;
        Libssl.SSL_free(ssl);
        Libcrypto.ERR_clear_error();
        ssl = 0;
    }

    private Outcome Read(byte* output, int room, out int count)
    {
        count = 0;
        while (true)
        {
            nuint read;
            var result = Libssl.SSL_read_ex(ssl, output + count, (nuint)(room - count), &read);
            if (result != 1) return OutcomeOf(result);
            if (!isOpen) Libcrypto.ERR_clear_error(); // a ticket that could not be read is no fault
            isOpen = true;
            count += (int)read;
            if (engine.Bio.Unread == 0 && Libssl.SSL_has_pending(ssl) == 0) return Outcome.Goes;
        }
    }

    private Outcome OutcomeOf(int result)
    {
        switch (Libssl.SSL_get_error(ssl, result))
        {
            case Libssl.SSL_ERROR_WANT_READ:
                isOpen = isOpen || Libssl.SSL_is_init_finished(ssl) == 1;
                return Outcome.Goes;
            case Libssl.SSL_ERROR_ZERO_RETURN:
                return Outcome.Ended;
            default:
                Fail();
                return Outcome.Failed;
        }
    }

    private void Fail()
    {
        hasFailed = true;
        Failure = OpenSslError.TakeText() ?? "the handshake failed";
    }

    private string? SubjectOfClient()
    {
        var certificate = Libssl.SSL_get1_peer_certificate(ssl);
        if (certificate == 0) return null;
        var name = stackalloc byte[MostNameBytes];
        var text = Text(Libcrypto.X509_NAME_oneline(Libcrypto.X509_get_subject_name(certificate), name, MostNameBytes));
        Libcrypto.X509_free(certificate);
        return text;
    }

    private static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";
}

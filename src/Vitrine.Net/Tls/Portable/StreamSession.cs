using System.Net.Security;
using System.Security.Authentication;

namespace Vitrine.Net.Tls.Portable;

#pragma warning disable CA1001 // Release is what disposes it
/// <summary>
/// One connection's TLS by SslStream, which wants a stream under it: one that has what came in this call, and takes
/// what goes out. What waits for more goes on, on the worker's thread, when there is some.
/// </summary>
internal sealed class StreamSession : TlsSession
{
    private readonly StreamEngine engine;
    private readonly TlsIdentities identities;
    private readonly TlsHost host;
    private readonly LentStream wire;
    private readonly SslStream stream;
    private readonly Task handshake;
    private ValueTask<int>? reading;
    private bool hasFailed;

    /// <summary>Begins one.</summary>
    public StreamSession(
        StreamEngine engine,
        SslServerAuthenticationOptions options,
        TlsIdentities identities,
        TlsHost host,
        ReadOnlySpan<byte> serverName)
    {
        this.engine = engine;
        this.identities = identities;
        this.host = host;
        IsProof = host.IsProof;
        ServerName = serverName.IsEmpty ? null : HostNames.Canonical(serverName);
        wire = new LentStream(engine);
        stream = new SslStream(wire, leaveInnerStreamOpen: true);
        handshake = stream.AuthenticateAsServerAsync(options);
    }

    /// <inheritdoc/>
    public override bool IsOpen => handshake.IsCompletedSuccessfully;

    /// <inheritdoc/>
    public override string? ServerName { get; }

    /// <inheritdoc/>
    public override bool IsHttp2 => stream.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2;

    /// <inheritdoc/>
    public override TlsFacts Facts => new(
        stream.SslProtocol == SslProtocols.Tls13 ? "TLSv1.3" : "TLSv1.2",
        $"{stream.NegotiatedCipherSuite}",
        stream.NegotiatedApplicationProtocol.Protocol.IsEmpty ? null : $"{stream.NegotiatedApplicationProtocol}",
        ServerName,
        IsResumed: false) // which it does not say
    {
        ClientSubject = stream.RemoteCertificate?.Subject,
    };

    /// <inheritdoc/>
    public override bool IsFor(ReadOnlySpan<byte> authority) =>
        ServerName is null || identities.IsFor(host, authority);

    /// <inheritdoc/>
    public override unsafe Outcome Receive(ReadOnlySpan<byte> cipher, Span<byte> plain, out int count)
    {
        count = 0;
        fixed (byte* input = cipher)
        {
            wire.Lend(input, cipher.Length);
            try
            {
                if (!handshake.IsCompleted) return Outcome.Goes;
                handshake.GetAwaiter().GetResult();
                while (true)
                {
                    var read = reading ?? stream.ReadAsync(engine.Opened);
                    reading = null;
                    if (!read.IsCompleted)
                    {
                        reading = read;
                        return Outcome.Goes;
                    }
                    var length = read.GetAwaiter().GetResult();
                    if (length == 0) return Outcome.Ended;
                    engine.Opened.AsSpan(0, length).CopyTo(plain[count..]);
                    count += length;
                }
            }
#pragma warning disable CA1031 // whatever a client makes it throw
            catch (Exception fault)
            {
                Fail(fault);
                return Outcome.Failed;
            }
#pragma warning restore CA1031
            finally
            {
                wire.Return();
            }
        }
    }

    /// <inheritdoc/>
    public override bool Seal(ReadOnlySpan<byte> plain)
    {
        try
        {
            stream.Write(plain);
            return true;
        }
        catch (Exception fault) when (fault is IOException or InvalidOperationException)
        {
            Fail(fault);
            return false;
        }
    }

    /// <inheritdoc/>
    public override void Close()
    {
        if (!IsOpen || hasFailed) return;
        hasFailed = true; // nothing can be sealed any more
        var ended = stream.ShutdownAsync();
        _ = ended.Exception;
    }

    /// <inheritdoc/>
    public override void Release()
    {
        wire.End();
        stream.Dispose();
        _ = handshake.Exception; // it is known that it came to nothing
    }

    private void Fail(Exception fault)
    {
        hasFailed = true;
        Failure = (fault.InnerException ?? fault).Message.TrimEnd('.');
    }
}

using System.Runtime.InteropServices;

namespace Vitrine.Net.Tls.OpenSsl;

/// <summary>
/// TLS by OpenSSL's libssl 3. Each worker has its own: contexts, keys and certificates are not shared, since OpenSSL
/// counts who uses them with locked instructions, for which workers would wait for each other.
/// </summary>
internal sealed class OpenSslEngine : TlsEngine
{
    private readonly TlsServer server;
    private readonly Dictionary<TlsHost, OpenSslContext> contexts = [];
    private readonly WindowBio bio = new();
    private readonly GCHandle self;
    private TlsIdentities identities; // that the contexts are of

    /// <summary>Makes the engine of a worker.</summary>
    public OpenSslEngine(TlsServer server)
    {
        this.server = server;
        self = GCHandle.Alloc(this);
        identities = server.Identities;
        bio.SetOutput(SealedRoom.Address, SealedRoom.Length);
    }

    /// <summary>Whether the library is there.</summary>
    public static bool IsAvailable { get; } = OperatingSystem.IsLinux() && IsThere();

    /// <summary>What sessions read from and write to.</summary>
    public WindowBio Bio => bio;

    /// <summary>The keys of sessions that clients keep.</summary>
    public TicketKeys Tickets => server.Tickets;

    /// <inheritdoc/>
    internal override bool AsksClients => server.Clients is not null;

    /// <inheritdoc/>
    protected override int SealedLength
    {
        get => bio.Written;
        set => bio.Written = value;
    }

    /// <summary>The engine that was given to OpenSSL as <see cref="OpenSslContext"/> does.</summary>
    public static OpenSslEngine From(nint handle) => (OpenSslEngine)GCHandle.FromIntPtr(handle).Target!;

    /// <inheritdoc/>
    public override TlsSession? Accept(in ClientHello hello)
    {
        if (!ReferenceEquals(identities, server.Identities)) Renew();
        if ((identities.ProofFor(hello) ?? identities.For(hello.ServerName)) is not { } host) return null;
        if (!contexts.TryGetValue(host, out var context))
            contexts[host] = context = new OpenSslContext(host, server.ClientsOf(host), GCHandle.ToIntPtr(self));
        return new OpenSslSession(this, context, identities, hello.ServerName);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        Clear(contexts);
        bio.Dispose();
        if (self.IsAllocated) self.Free();
    }

    // Sessions that were begun keep what they were begun with.
    private void Renew()
    {
        identities = server.Identities;
        Clear(contexts);
    }

    private static void Clear(Dictionary<TlsHost, OpenSslContext> contexts)
    {
        foreach (var context in contexts.Values) context.Dispose();
        contexts.Clear();
    }

    private static bool IsThere()
    {
        if (!NativeLibrary.TryLoad("libssl.so.3", typeof(OpenSslEngine).Assembly, null, out var library)) return false;
        NativeLibrary.Free(library);
        return true;
    }
}

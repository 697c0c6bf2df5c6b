using Vitrine.Http.Protocols;
using Vitrine.Net;
using Vitrine.Net.Tls;

namespace Vitrine.Server.Workers;

/// <summary>What the workers of a set have in common.</summary>
/// <param name="MakeContext">Makes what the protocols of one worker share.</param>
/// <param name="Gate">How many connections there may be.</param>
internal sealed record WorkerParts(Func<ProtocolContext> MakeContext, ConnectionGate Gate)
{
    /// <summary>The name of their threads, which are numbered.</summary>
    public string Name { get; init; } = "vitrine worker";

    /// <summary>What they speak TLS with, if they do.</summary>
    public TlsServer? Tls { get; init; }

    /// <summary>Is shown the raw exchange, if anybody is.</summary>
    public ITap? Tap { get; init; }

    /// <summary>Is told of replies, if anybody is.</summary>
    public IReplyLog? Log { get; init; }

    /// <summary>Is told of refusals, if anybody is.</summary>
    public IRefusalLog? Refusals { get; init; }

    /// <summary>Is told of bugs that were met.</summary>
    public Action<Exception>? OnFault { get; init; }

    /// <summary>Whether whoever is not answered yet makes room for others at once.</summary>
    public bool MakesRoomAtOnce { get; init; }
}

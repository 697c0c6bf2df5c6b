namespace Vitrine.Net;

/// <summary>Which connection something happened on.</summary>
/// <param name="Number">Its running number, unique in the process's server.</param>
/// <param name="Peer">Where it comes from.</param>
/// <param name="AcceptedUs">When it was accepted, in the microseconds of the worker's clock.</param>
public readonly record struct ConnectionInfo(long Number, PeerAddress Peer, long AcceptedUs)
{
    /// <summary>Whose certificate the client has shown, if it was asked for one and has.</summary>
    public string? ClientSubject { get; init; }
}

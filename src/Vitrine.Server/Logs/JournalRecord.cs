using Vitrine.Net;

namespace Vitrine.Server.Logs;

/// <summary>
/// What stands in front of a record's texts. Numbers only, so that a worker leaves it behind with one copy;
/// all the work of making it readable is the journal's thread's.
/// </summary>
internal struct JournalRecord
{
    public RecordKind Kind;
    public bool IsAborted;
    public ushort Status;
    public long Connection;
    public PeerAddress Peer;
    public long UnixMs;
    public long SinceUs; // of a reply: since its request's first byte; of all others: since accept
    public long Count; // of a reply: bytes of its body that were sent; of a file: bytes
    public int FirstLength;
    public int SecondLength;
    public int ThirdLength;
    public int ClientLength;
}

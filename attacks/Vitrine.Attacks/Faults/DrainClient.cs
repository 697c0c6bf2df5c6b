using System.Diagnostics;
using System.Net.Sockets;
using Vitrine.Attacks.Wire;

namespace Vitrine.Attacks.Faults;

/// <summary>
/// Asks until it can connect no more. What it is told counts: a reply with <c>Connection: close</c> takes back the
/// requests that were sent behind it (RFC 9112 section 9.6), and it comes back on a new connection.
/// </summary>
/// <param name="port">The server's.</param>
/// <param name="files">What it asks for.</param>
/// <param name="atATime">How many requests it sends at a time.</param>
/// <param name="perConnection">After how many such rounds it opens a new connection.</param>
internal sealed class DrainClient(int port, KnownFiles files, int atATime, int perConnection)
{
    /// <summary>Requests that were answered, completely and rightly.</summary>
    public long Answered { get; private set; }

    /// <summary>Requests that were sent behind one whose reply says that the connection closes.</summary>
    public long TakenBack { get; private set; }

    /// <summary>Replies that were complete, and wrong.</summary>
    public long Wrong { get; private set; }

    /// <summary>
    /// When those were sent that got no complete reply, and whether nothing had been answered on their connection yet.
    /// </summary>
    public List<(long SentAt, bool IsFirst)> Lost { get; } = [];

    public void Run()
    {
        while (TryConnect() is { } client)
        {
            using (client) Ask(client);
        }
    }

    private WireClient? TryConnect()
    {
        try
        {
            return new WireClient(port);
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private void Ask(WireClient client)
    {
        for (var round = 0; round < perConnection; round++)
        {
            var first = (int)(Answered % files.Count);
            var left = atATime;
            long sentAt = 0;
            try
            {
                for (var i = 0; i < atATime; i++) client.Send(RequestText.Get(files.PathOf((first + i) % files.Count)));
                sentAt = Stopwatch.GetTimestamp();
                for (var i = 0; i < atATime; i++)
                {
                    var reply = client.Read();
                    left--;
                    if (files.IsRight((first + i) % files.Count, reply)) Answered++;
                    else Wrong++;
                    if (!reply.Closes) continue;
                    TakenBack += left;
                    return;
                }
            }
            catch (Exception fault) when (fault is IOException or SocketException)
            {
                // What could not even be sent was not: there was nobody who could have read it.
                if (sentAt != 0) Lost.AddRange(Enumerable.Repeat((sentAt, round == 0), left));
                return;
            }
        }
    }
}

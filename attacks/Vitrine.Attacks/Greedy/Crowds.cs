using System.Net.Sockets;
using Vitrine.Attacks.Harness;
using Vitrine.Attacks.Wire;

namespace Vitrine.Attacks.Greedy;

/// <summary>Many connections, for their number's sake or to be broken.</summary>
internal static class Crowds
{
    private const int ConnectionBytes = 1024;

    /// <summary>Connections that asked once and are kept.</summary>
    public static Siege Idle(Plan plan)
    {
        var count = plan.Pick(10_000, 1_000);
        var request = RequestText.Get("/page.html");
        return new Siege(
            "idle", $"{count:N0} connections that asked once and stay", count, (long)count * ConnectionBytes,
            assault =>
            {
                using var crowd = new Crowd(assault.Port, count);
                var buffer = new byte[4096];
                while (!assault.IsOver)
                {
                    crowd.Each((socket, _, isNew) =>
                    {
                        if (isNew) Crowd.Send(socket, request);
                        else Crowd.Receive(socket, buffer);
                    });
                    Thread.Sleep(1_000);
                }
                assault.Row.Must(crowd.Ended == 0, $"{crowd.Ended} of them ended by the server");
            });
    }

    /// <summary>More connections than are taken, as fast as they can be made.</summary>
    public static Siege Flood(Plan plan)
    {
        // Of the descriptors that the server may have, a part is for files.
        var descriptors = plan.Pick(8_000, 1_000);
        return new Siege(
            "flood",
            $"{descriptors:N0} connections, as fast as can be and anew, to a server with ulimit -n {descriptors:N0}",
            descriptors, (long)descriptors * ConnectionBytes, assault => Flood(assault, descriptors))
        {
            DescriptorLimit = descriptors,
            OpensNew = false,
        };
    }

    /// <summary>Resets in every state that a connection can be in.</summary>
    public static Siege Resets(Plan plan)
    {
        const int Files = 1_000;
        const int FileBytes = 100_000;
        const int AtATime = 60;
        // Bodies that have left the cache stay until the collector's next turn, each with a descriptor: an eighth of
        // the process's at most (Limits.MappedBodies).
        const int MappedBodies = 2_500;
        return new Siege(
            "resets",
            "connections reset after connecting, in the head, after the request, in the reply, in the body, while "
            + "a file is loaded; --cache-mb 8",
            AtATime, (long)Files * FileBytes, assault => Reset(assault, AtATime, Files))
        {
            Options = ["--cache-mb", "8"],
            Descriptors = MappedBodies,
            Length = TimeSpan.FromSeconds(plan.Pick(30, 4)),
            Prepare = folder =>
            {
                folder.Write("large.bin", new byte[3_000_000]);
                for (var i = 0; i < Files; i++) folder.Write($"{i}.bin", new byte[FileBytes]);
            },
        };
    }

    private static void Flood(Assault assault, int count)
    {
        var (refused, reset) = (0, 0);
        var buffer = new byte[4096];
        using var crowd = new Crowd(assault.Port, count);
        while (!assault.IsOver)
        {
            crowd.Each(
                (socket, _, _) =>
                {
                    int received;
                    try
                    {
                        received = Crowd.Receive(socket, buffer);
                    }
                    catch (SocketException)
                    {
                        reset++;
                        throw;
                    }
                    if (received == 0) return;
                    if (buffer.AsSpan(0, received).StartsWith("HTTP/1.1 503"u8)) refused++;
                    throw new SocketException((int)SocketError.ConnectionReset); // it makes room for a new one
                },
                () => assault.IsOver);
        }
        assault.Row.Note($"{crowd.Opened:N0} connections made");
        assault.Row.AtLeast("told 503", refused, 1);
        assault.Row.Note($"ended without a word {reset:N0}");
    }

    private static void Reset(Assault assault, int atATime, int files)
    {
        byte[][] starts =
        [
            [], "GET /page.ht"u8.ToArray(), RequestText.Get("/page.html"), RequestText.Get("/large.bin"),
            "POST /page.html HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n0123"u8.ToArray(),
            RequestText.Get("/new.bin"),
        ];
        var random = new Random(1);
        var buffer = new byte[16 * 1024];
        var opened = 0;
        while (!assault.IsOver)
        {
            assault.Folder.Write("new.bin", new byte[100]); // until it has settled it is waited for
            using var crowd = new Crowd(assault.Port, atATime);
            crowd.Each((socket, number, _) =>
            {
                var state = number % (starts.Length + 1);
                var start = state < starts.Length ? starts[state] : RequestText.Get($"/{random.Next(files)}.bin");
                Crowd.Send(socket, start);
            });
            // At once, or when some of what was asked for has come.
            if (random.Next(2) == 0)
            {
                Thread.Sleep(random.Next(3));
                crowd.Each((socket, _, _) => Crowd.Receive(socket, buffer));
            }
            opened += crowd.Opened;
            crowd.Leave(reset: true);
        }
        assault.Row.Note($"{opened:N0} connections reset");
    }
}

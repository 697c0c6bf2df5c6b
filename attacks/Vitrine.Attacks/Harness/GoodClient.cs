using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Vitrine.Attacks.Wire;

namespace Vitrine.Attacks.Harness;

/// <summary>
/// Somebody who wants a page every few milliseconds, on a kept connection and each tenth time on a new one, and knows
/// the page's bytes. A process of its own, so that what goes on beside it in an attacker's does not show. For each
/// line that it reads it tells what it has seen since the last one.
/// </summary>
internal static class GoodClient
{
    /// <summary>What the program is started with to be this.</summary>
    public const string Command = "good-client";

    private const int PauseMs = 2;
    private const int NewOneEvery = 10;
    private const int PatienceMs = 10_000;
    private const int PageBytes = 783;

    private static readonly byte[] Request = "GET /page.html HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray();

    /// <summary>The page, with a number in it.</summary>
    public static byte[] PageOf(int number) =>
        Encoding.ASCII.GetBytes($"<!DOCTYPE html><title>Page {number}</title>\n".PadRight(PageBytes, 'x'));

    /// <summary>Asks until its input ends. Arguments: the port, whether it never opens a new connection, and whether it
    /// speaks TLS.</summary>
    public static int Run(string[] arguments)
    {
        var port = int.Parse(arguments[0], CultureInfo.InvariantCulture);
        var opensNew = arguments[1] == "new";
        var isSecure = arguments[2] == "tls";
        var page = PageOf(0);
        var seen = new Lock();
        var latenciesUs = new List<double>();
        var errors = new List<string>();
        void Keep(double us, string? fault)
        {
            lock (seen)
            {
                if (fault is not null) errors.Add(fault);
                // While it waits it asks nothing: what it would have asked would have waited too.
                else for (var rest = us; rest > 0; rest -= PauseMs * 1000) latenciesUs.Add(rest);
            }
        }
        new Thread(() => Ask(port, page, opensNew, isSecure, Keep)) { IsBackground = true }.Start();
        while (Console.In.ReadLine() is not null)
        {
            lock (seen)
            {
                Console.WriteLine(GoodWindow.Of(latenciesUs, errors).ToLine());
                latenciesUs.Clear();
                errors.Clear();
            }
        }
        return 0;
    }

    private static void Ask(int port, byte[] page, bool opensNew, bool isSecure, Action<double, string?> keep)
    {
        WireClient? kept = null;
        for (var number = 0; ; number++)
        {
            Thread.Sleep(PauseMs);
            var began = Stopwatch.GetTimestamp();
            try
            {
                if (opensNew && number % NewOneEvery == 0)
                {
                    using var client = new WireClient(port, PatienceMs, isSecure);
                    AskOnce(client, page);
                }
                else
                {
                    AskOnce(kept ??= new WireClient(port, PatienceMs, isSecure), page);
                }
                keep(Stopwatch.GetElapsedTime(began).TotalMicroseconds, null);
            }
            catch (Exception fault) when (fault is IOException or SocketException)
            {
                keep(0, $"request {number}: {fault.Message}");
                kept?.Dispose();
                kept = null;
            }
        }
    }

    private static void AskOnce(WireClient client, byte[] page)
    {
        client.Send(Request);
        var reply = client.Read();
        if (reply.Status != 200) throw new IOException($"status {reply.Status}");
        if (!reply.Body.SequenceEqual(page)) throw new IOException("other bytes than the page's");
    }
}

using System.Net;
using System.Net.Sockets;

namespace Vitrine.Compare.Load;

/// <summary>Clients that download a large file again and again, as fast as they get it.</summary>
internal sealed class Downloads : IDisposable
{
    private readonly CancellationTokenSource end = new();
    private readonly List<Task> clients = [];

    /// <summary>Starts them.</summary>
    public static Downloads Start(int port, string path, int count)
    {
        var downloads = new Downloads();
        var request = System.Text.Encoding.ASCII.GetBytes(
            $"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        for (var i = 0; i < count; i++)
            downloads.clients.Add(Task.Run(() => DownloadAsync(port, request, downloads.end.Token)));
        return downloads;
    }

    /// <summary>Ends them.</summary>
    public void Dispose()
    {
        end.Cancel();
        Task.WhenAll(clients).Wait();
        end.Dispose();
    }

    private static async Task DownloadAsync(int port, byte[] request, CancellationToken end)
    {
        var buffer = new byte[256 * 1024];
        while (!end.IsCancellationRequested)
        {
            try
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, port, end);
                await socket.SendAsync(request, end);
                while (await socket.ReceiveAsync(buffer, end) > 0) { }
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}

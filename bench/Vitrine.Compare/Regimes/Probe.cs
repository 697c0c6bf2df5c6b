using System.Net;
using Vitrine.Compare.Servers;

namespace Vitrine.Compare.Regimes;

/// <summary>A request whose answer is checked to the byte, for each server, before anything is timed.</summary>
/// <param name="Path">The path.</param>
internal sealed record Probe(string Path)
{
    /// <summary>The status that the answer has to have.</summary>
    public HttpStatusCode Status { get; init; } = HttpStatusCode.OK;

    /// <summary>The file whose bytes the body has to have: by default, the path's; empty for none.</summary>
    public string? File { get; init; }

    /// <summary>The part of the file that the body has to be, or null for all of it.</summary>
    public (int Start, int Length)? Window { get; init; }

    /// <summary>Whether it is sent over TLS.</summary>
    public bool IsSecure { get; init; }

    /// <summary>Fields to send: name and value.</summary>
    public IReadOnlyList<(string Name, string Value)> Fields { get; init; } = [];

    /// <summary>Sends it and checks the answer.</summary>
    /// <exception cref="InvalidOperationException">It is not what it has to be.</exception>
    public void Check(Place place, RunningServer server)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false };
        // Nobody vouches for it, and it is right here.
        if (IsSecure)
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null;
        using var client = new HttpClient(handler);
        using var request = new HttpRequestMessage(
            HttpMethod.Get, IsSecure ? server.SecureUrlOf(Path) : server.UrlOf(Path));
        foreach (var (name, value) in Fields) request.Headers.TryAddWithoutValidation(name, value);
        using var response = client.Send(request, HttpCompletionOption.ResponseHeadersRead);
        if (response.StatusCode != Status)
            throw new InvalidOperationException(
                $"{server.Peer.Name}: {Path} is {(int)response.StatusCode}, not {(int)Status}.");
        if (File == "") return;
        using var body = response.Content.ReadAsStream();
        using var file = System.IO.File.OpenRead(place.FileOf(File ?? Path));
        var length = file.Length;
        if (Window is { } window) (file.Position, length) = (window.Start, window.Length);
        if (!AreSame(body, file, length))
            throw new InvalidOperationException($"{server.Peer.Name}: {Path} has not the bytes of {File ?? Path}.");
    }

    /// <summary>
    /// The value of a field of the answer to this, for a request that depends on it; null when it is not there.
    /// </summary>
    public string? ValueOf(RunningServer server, Func<HttpResponseMessage, string?> field)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, server.UrlOf(Path));
        using var response = client.Send(request, HttpCompletionOption.ResponseHeadersRead);
        return field(response);
    }

    private static bool AreSame(Stream body, Stream file, long length)
    {
        var mine = new byte[256 * 1024];
        var theirs = new byte[mine.Length];
        while (length > 0)
        {
            var count = body.ReadAtLeast(mine, (int)Math.Min(mine.Length, length), throwOnEndOfStream: false);
            if (count == 0 || count > length) return false;
            file.ReadExactly(theirs, 0, count);
            if (!mine.AsSpan(0, count).SequenceEqual(theirs.AsSpan(0, count))) return false;
            length -= count;
        }
        return body.ReadByte() < 0;
    }
}

using System.Security.Cryptography;
using System.Text.Json;
using Vitrine.Net.Tls;

namespace Vitrine.Server.Certificates;

/// <summary>
/// What an authority is about to look for, to see that a name is ours (RFC 8555 section 8), as another process has put
/// it into a folder: a file a name. It never changes; another takes its place.
/// </summary>
internal sealed class AcmeChallenges
{
    private const int MostFiles = 100;
    private const int MostFileBytes = 16 * 1024;
    private const string Http = "http-01";
    private const string TlsAlpn = "tls-alpn-01";

    private readonly Dictionary<string, string> answers = new(StringComparer.Ordinal);
    private readonly List<TlsIdentity> proofs = [];
    private readonly byte[] digest; // of all files

    private AcmeChallenges(byte[] digest) => this.digest = digest;

    /// <summary>None.</summary>
    public static AcmeChallenges None { get; } = new([]);

    /// <summary>The certificates that are shown to the authority.</summary>
    public IReadOnlyList<TlsIdentity> Proofs => proofs;

    /// <summary>What is shown to an authority that asks with a token; null for one that is not known.</summary>
    public string? Answer(string token) => answers.GetValueOrDefault(token);

    /// <summary>What is in the folder; the same as <paramref name="before"/> when nothing has changed. What cannot be
    /// read is passed over: it may be written just now.</summary>
    public static AcmeChallenges Read(string folder, AcmeChallenges before)
    {
        var files = new List<byte[]>();
        try
        {
            var paths = Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal);
            foreach (var path in paths.Take(MostFiles))
                if (new FileInfo(path).Length <= MostFileBytes) files.Add(File.ReadAllBytes(path));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return before;
        }
        if (files.Count == 0) return None;
        var digest = SHA256.HashData([.. files.SelectMany(file => file)]);
        if (digest.AsSpan().SequenceEqual(before.digest)) return before;
        var challenges = new AcmeChallenges(digest);
        foreach (var file in files) challenges.Add(file);
        return challenges;
    }

    private void Add(byte[] file)
    {
        try
        {
            using var json = JsonDocument.Parse(file);
            var authorization = TextOf(json.RootElement, "keyAuthorization");
            var token = TextOf(json.RootElement, "token");
            if (authorization is null || token is null) return;
            switch (TextOf(json.RootElement, "type"))
            {
                case Http:
                    answers[token] = authorization;
                    break;
                case TlsAlpn when json.RootElement.TryGetProperty("identifier", out var identifier)
                    && TextOf(identifier, "value") is { } name:
                    proofs.RemoveAll(proof => proof.Names[0] == name);
                    proofs.Add(StandIns.Prove(name, authorization));
                    break;
            }
        }
        catch (JsonException)
        {
            // It is not what it should be: nobody is shown anything.
        }
    }

    private static string? TextOf(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.String ? value.GetString()
        : null;
}

using System.Security.Cryptography;

namespace Vitrine.Site;

/// <summary>
/// Files that are never served though they lie in the folder: private keys that this server uses, or has used. They are
/// told by what is in them, under whatever name (a copy, a link, another spelling), and by their own names.
/// </summary>
public sealed class WithheldFiles
{
    private volatile Known[] known = [];

    /// <summary>Whether there are any.</summary>
    internal bool IsEmpty => known.Length == 0;

    private readonly record struct Known(byte[] Path, int Length, byte[] Digest)
    {
        public bool IsSame(Known other) => Path.AsSpan().SequenceEqual(other.Path)
            && Length == other.Length && Digest.AsSpan().SequenceEqual(other.Digest);
    }

    // A key a week for five years.
    private const int MostKnown = 256;

    /// <summary>From now on these too. Of very many the oldest are forgotten.</summary>
    /// <param name="files">The path of each below the folder, from its slash on, empty where it lies elsewhere; and
    /// what is in it.</param>
    public void Add(IEnumerable<(string Path, byte[] Content)> files)
    {
        Known[] more =
        [
            .. files.Select(file => new Known(
                System.Text.Encoding.UTF8.GetBytes(file.Path), file.Content.Length, SHA256.HashData(file.Content))),
        ];
        if (more.All(file => known.Any(file.IsSame))) return;
        known = [.. more.Concat(known.Where(old => !more.Any(old.IsSame))).Take(MostKnown)];
    }

    /// <summary>Whether one of that name is withheld, whatever is in it.</summary>
    internal bool IsNamed(ReadOnlySpan<byte> path)
    {
        foreach (var file in known)
            if (file.Path.Length > 0 && path.SequenceEqual(file.Path)) return true;
        return false;
    }

    /// <summary>Whether one of that length may be: then what is in it tells.</summary>
    internal bool MayBe(long length)
    {
        foreach (var file in known)
            if (file.Length == length) return true;
        return false;
    }

    /// <summary>Whether this is in one.</summary>
    internal bool Is(ReadOnlySpan<byte> content)
    {
        var digest = SHA256.HashData(content);
        foreach (var file in known)
            if (file.Length == content.Length && digest.AsSpan().SequenceEqual(file.Digest)) return true;
        return false;
    }
}

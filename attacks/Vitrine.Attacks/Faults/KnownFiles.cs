using Vitrine.Attacks.Harness;
using Vitrine.Attacks.Wire;

namespace Vitrine.Attacks.Faults;

/// <summary>Files whose bytes follow from their numbers.</summary>
/// <param name="Folder">The folder that they are in, below the root.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Bytes">How long each is; a multiple of a word.</param>
internal sealed record KnownFiles(string Folder, int Count, int Bytes)
{
    /// <summary>Makes them.</summary>
    public void Make(TemporaryFolder folder)
    {
        var bytes = new byte[Bytes];
        for (var i = 0; i < Count; i++)
        {
            VersionedBytes.Fill(bytes, VersionOf(i));
            folder.Write($"{Folder}/{i}.bin", bytes);
        }
    }

    /// <summary>The path of one.</summary>
    public string PathOf(int number) => $"/{Folder}/{number}.bin";

    /// <summary>Whether the reply to a GET of one is it, all of it.</summary>
    public bool IsRight(int number, Reply reply) =>
        reply.Status == 200 && reply.Body.Length == Bytes
        && VersionedBytes.VersionOf(reply.Body, 0) == VersionOf(number);

    private static uint VersionOf(int number) => (uint)number + 1;
}

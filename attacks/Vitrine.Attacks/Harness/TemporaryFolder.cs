using Vitrine.Compare;

namespace Vitrine.Attacks.Harness;

/// <summary>A folder for what is served, with room beside it, removed in the end.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("vitrine-attacks-").FullName;

    public TemporaryFolder()
    {
        Place = new Place(Plan.Repository, Path.Combine(folder, "www"), Path.Combine(folder, "work"));
        foreach (var path in new[] { Place.Content, Place.Scratch }) Directory.CreateDirectory(path);
        // Servers that were started by root become somebody else.
        File.SetUnixFileMode(folder, (UnixFileMode)Convert.ToInt32("755", 8));
        File.SetUnixFileMode(Place.Scratch, (UnixFileMode)Convert.ToInt32("777", 8));
        // What servers are asked for to see whether they run, and what good clients ask for.
        Write("page.html", GoodClient.PageOf(0));
    }

    public Place Place { get; }

    /// <summary>A path of what is served.</summary>
    public string PathOf(string name) => Path.Combine(Place.Content, name);

    /// <summary>A path of what is not.</summary>
    public string Beside(string name) => Path.Combine(Place.Scratch, name);

    /// <summary>Writes a file that was changed long ago.</summary>
    public void Write(string name, byte[] bytes)
    {
        var path = PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddDays(-30));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}

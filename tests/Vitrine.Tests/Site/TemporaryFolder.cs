namespace Vitrine.Tests.Site;

/// <summary>A folder of one test, gone with it.</summary>
internal sealed class TemporaryFolder(string root) : IDisposable
{
    public TemporaryFolder()
        : this(Directory.CreateTempSubdirectory("vitrine-").FullName)
    {
    }

    public string Root => root;

    public string PathOf(string name) => Path.Join(Root, name);

    /// <summary>Writes a file and makes the folders above it.</summary>
    public string Write(string name, string content)
    {
        var path = PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    public string MakeFolder(string name) => Directory.CreateDirectory(PathOf(name)).FullName;

    /// <summary>Makes a symbolic link; the target is taken as it is, relative or absolute.</summary>
    public void Link(string name, string target) => File.CreateSymbolicLink(PathOf(name), target);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}

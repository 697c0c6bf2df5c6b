using System.Text;

namespace Vitrine.EndToEnd.Support;

/// <summary>A folder of its own for one test, readable by everybody, gone at the end.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder()
    {
        Root = Directory.CreateTempSubdirectory("vitrine-").FullName;
        SetMode("", ForEverybody);
    }

    /// <summary>Everybody may read and enter, the owner may write.</summary>
    public static UnixFileMode ForEverybody =>
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    public string Root { get; }

    public string PathOf(string name) => Path.Combine(Root, name);

    /// <summary>Sets who may do what with a file or a folder of it; "" is the folder itself.</summary>
    public void SetMode(string name, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(PathOf(name), mode);
    }

    /// <summary>Writes a file, with the folders that lead to it.</summary>
    public string Write(string name, string content) => Write(name, Encoding.UTF8.GetBytes(content));

    /// <inheritdoc cref="Write(string, string)"/>
    public string Write(string name, byte[] content)
    {
        var path = PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>Writes a file of pseudo-random bytes, the same for the same seed, and returns them.</summary>
    public byte[] WriteRandom(string name, int length, int seed = 1)
    {
        var content = new byte[length];
        new Random(seed).NextBytes(content);
        Write(name, content);
        return content;
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Root, recursive: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // It lies in the system's folder for such things.
        }
    }
}

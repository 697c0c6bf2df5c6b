using System.Text;
using Vitrine.Site.Origins;
using Vitrine.Site.Origins.Linux;
using Vitrine.Site.Origins.Portable;

namespace Vitrine.Tests.Site;

/// <summary>Opens folders in each way that there is, and says in words what they answer.</summary>
internal static class Folders
{
    /// <summary>Opens a folder in the way named, or skips the test where that cannot be.</summary>
    public static Folder Open(string kind, string root)
    {
        if (kind == "portable") return new PortableFolder(root);
        Assert.SkipUnless(OperatingSystem.IsLinux(), "This is no Linux.");
        if (OperatingSystem.IsLinux() && LinuxFolder.TryOpen(root, null, out var folder)) return folder;
        Assert.Skip("This kernel has no openat2.");
        return null;
    }

    /// <summary>The error, the kind, and the length of a file.</summary>
    public static string Look(Folder folder, string path)
    {
        var error = folder.Look(Encoding.UTF8.GetBytes(path), Blocking.Allowed, out var facts);
        return $"{error} {facts.Kind} {(facts.Kind == FileKind.Folder ? 0 : facts.Length)}";
    }

    /// <summary>The content of a file, or the error.</summary>
    public static string Read(Folder folder, string path)
    {
        var error = folder.TryOpenFile(Encoding.UTF8.GetBytes(path), Blocking.Allowed, out var file);
        if (error != OpenError.None) return error.ToString();
        var bytes = new byte[100];
        var text = Encoding.UTF8.GetString(bytes, 0, file!.Read(0, bytes));
        file.Release();
        return text;
    }

    /// <summary>The names in a folder, sorted.</summary>
    public static string[] Names(Folder folder, string path)
    {
        Assert.Equal(OpenError.None, folder.TryList(Encoding.UTF8.GetBytes(path), 100, out var list));
        return [.. list!.Entries.Select(entry => entry.Name).Order(StringComparer.Ordinal)];
    }
}

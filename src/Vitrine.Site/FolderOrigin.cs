using Vitrine.Site.Origins;
using Vitrine.Site.Origins.Linux;
using Vitrine.Site.Origins.Portable;

namespace Vitrine.Site;

/// <summary>Opens folders as origins of content, in the best way that this system has.</summary>
internal static class FolderOrigin
{
    /// <summary>
    /// Opens one. <paramref name="onFault"/> is told when another takes its place that may not be read.
    /// </summary>
    /// <exception cref="DirectoryNotFoundException">It does not exist or is a file.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static Folder Open(string root, Action<Exception>? onFault = null)
    {
        var path = Path.GetFullPath(root);
        if (File.Exists(Path.TrimEndingDirectorySeparator(path)))
            throw new DirectoryNotFoundException($"'{root}' is a file, not a folder");
        if (!Directory.Exists(path)) throw new DirectoryNotFoundException($"'{root}' does not exist");
        if (OperatingSystem.IsLinux() && LinuxFolder.TryOpen(path, onFault, out var folder)) return folder;
        return new PortableFolder(path);
    }
}

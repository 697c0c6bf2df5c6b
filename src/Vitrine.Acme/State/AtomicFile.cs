namespace Vitrine.Acme.State;

/// <summary>Files that are there whole or not at all: written beside, and moved to where they belong.</summary>
internal static class AtomicFile
{
    private const int AlreadyThere = 17; // EEXIST, on every Unix
    private const int AlreadyThereOnWindows = unchecked((int)0x80070050); // ERROR_FILE_EXISTS
    private const UnixFileMode OwnersAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes one, for its owner alone, with all folders that it needs.</summary>
    public static void Write(string path, byte[] content)
    {
        StateFolder.Make(Path.GetDirectoryName(path)!);
        var beside = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var file = new FileStream(beside, Options()))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }
            File.Move(beside, path, overwrite: true);
        }
        catch
        {
            TryDelete(beside);
            throw;
        }
    }

    /// <summary>Makes one that must not be there yet; false when it is.</summary>
    public static bool TryMake(string path, byte[] content)
    {
        StateFolder.Make(Path.GetDirectoryName(path)!);
        FileStream file;
        try
        {
            file = new FileStream(path, Options());
        }
        catch (IOException fault) when (fault.HResult is AlreadyThere or AlreadyThereOnWindows)
        {
            return false;
        }
        try
        {
            using (file) file.Write(content);
            return true;
        }
        catch
        {
            TryDelete(path);
            throw;
        }
    }

    /// <summary>Reads one; null when it is not there.</summary>
    public static byte[]? TryRead(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Deletes one, if it can be.</summary>
    public static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // It is of no more use, and of no harm.
        }
    }

    private static FileStreamOptions Options()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnersAlone;
        return options;
    }
}

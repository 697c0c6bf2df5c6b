namespace Vitrine.Site.Memory;

/// <summary>A file in which the system tells something, if it does.</summary>
internal static class SystemFile
{
    /// <summary>Its lines; null when there is no such file, or it may not be read.</summary>
    public static string[]? TryReadLines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

using System.Buffers;

namespace Vitrine.Site.Origins.Portable;

/// <summary>
/// Names that Windows takes for something else than the file of that name (RFC 9110 section 17.3): devices, streams of
/// a file, and what it reads as another name.
/// </summary>
internal static class WindowsName
{
    // A colon opens the streams of NTFS and other drives.
    private static readonly SearchValues<char> Forbidden = SearchValues.Create(":*?\"<>|");

    private static readonly string[] Devices = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];

    /// <summary>Whether each part of a path, between slashes, names a file and nothing else.</summary>
    public static bool AreAllPlain(string path)
    {
        if (path.AsSpan().IndexOfAny(Forbidden) >= 0) return false;
        foreach (var range in path.AsSpan().Split('/'))
            if (!IsPlain(path.AsSpan()[range])) return false;
        return true;
    }

    private static bool IsPlain(ReadOnlySpan<char> part)
    {
        // The end is cut off, and so leads to another file than the one that was asked for.
        if (part.EndsWith('.') || part.EndsWith(' ')) return false;
        var dot = part.IndexOf('.'); // a device stays one whatever its extension
        var stem = (dot < 0 ? part : part[..dot]).TrimEnd(' ');
        // COM1 and LPT1, with superscript digits too.
        var isNumbered = stem.Length == 4 && (char.IsAsciiDigit(stem[3]) || "\u00B9\u00B2\u00B3".Contains(stem[3]));
        return isNumbered ? !IsAny(stem[..3], "COM", "LPT") : !IsAny(stem, Devices);
    }

    private static bool IsAny(ReadOnlySpan<char> stem, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            if (stem.Equals(name, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }
}

using System.Globalization;

namespace Vitrine.Http.Text;

/// <summary>Numbers of bytes for people.</summary>
public static class ByteSize
{
    private static readonly string[] Units = ["B", "KB", "MB", "GB", "TB", "PB", "EB"];

    /// <summary>In decimal units with two or three digits, as in "805 B", "1.6 KB" and "120 MB".</summary>
    public static string Describe(long bytes)
    {
        double value = bytes;
        var unit = 0;
        for (; value >= 999.5 && unit < Units.Length - 1; unit++) value /= 1000;
        var format = unit == 0 || value >= 99.95 ? "0" : "0.0";
        return $"{value.ToString(format, CultureInfo.InvariantCulture)} {Units[unit]}";
    }
}

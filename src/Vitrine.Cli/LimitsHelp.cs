using System.Globalization;
using Vitrine.Http;

namespace Vitrine.Cli;

/// <summary>The list of limits at the end of the help.</summary>
internal static class LimitsHelp
{
    /// <summary>Prints it.</summary>
    public static void Print()
    {
        var defaults = new Limits();
        var width = LimitList.All.Max(limit => limit.OptionName.Length);
        StandardStreams.Out.WriteLine(
            "Limits (--limit NAME=N, sizes in bytes, times in ms, in brackets what the client sees):");
        foreach (var limit in LimitList.All)
        {
            var value = limit.Get(defaults).ToString(CultureInfo.InvariantCulture);
            StandardStreams.Out.WriteLine($"  {limit.OptionName.PadRight(width)}  {value,9}  {limit.Meaning}");
        }
    }
}

using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Vitrine.Http.Text;

namespace Vitrine.Testing.Fuzzing;

/// <summary>A list with weights: where nothing is quoted, a simple reader finds the same names and weights.</summary>
internal static partial class QualityTarget
{
    public static void Run(ReadOnlySpan<byte> input)
    {
        var found = new List<(string Name, int Weight)>();
        var list = input;
        while (QualityList.TryTake(ref list, out var name, out var weight))
        {
            FuzzException.ThrowUnless(weight is >= 0 and <= QualityList.Full, "a weight is at most 1");
            found.Add((Encoding.Latin1.GetString(name), weight));
            FuzzException.ThrowUnless(found.Count <= input.Length, "each element takes a byte");
        }
        if (input.Contains((byte)'"')) return;
        FuzzException.ThrowUnless(
            found.SequenceEqual(Read(Encoding.Latin1.GetString(input))), "a simple reader agrees");
    }

    private static IEnumerable<(string Name, int Weight)> Read(string text)
    {
        foreach (var element in text.Split(',').Select(Trim).Where(element => element.Length > 0))
        {
            var parts = element.Split(';', 2);
            if (parts.Length == 1) yield return (element, QualityList.Full);
            else if (Weight().IsMatch(Trim(parts[1])))
                yield return (
                    Trim(parts[0]),
                    (int)(decimal.Parse(Trim(parts[1])[2..], CultureInfo.InvariantCulture) * QualityList.Full));
        }
    }

    private static string Trim(string text) => text.Trim(' ', '\t');

    // RFC 9110 section 12.4.2.
    [GeneratedRegex(@"\A[qQ]=(0(\.[0-9]{0,3})?|1(\.0{0,3})?)\z")]
    private static partial Regex Weight();
}

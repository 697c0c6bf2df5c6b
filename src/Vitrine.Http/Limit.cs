using System.Text;

namespace Vitrine.Http;

/// <summary>One of the <see cref="Limits"/>.</summary>
/// <param name="Name">Its name there; the unit is its last word.</param>
/// <param name="Meaning">What it bounds, in a few words, and what the client sees.</param>
/// <param name="Get">Its value.</param>
/// <param name="With">The same limits with another value of it.</param>
public sealed record Limit(string Name, string Meaning, Func<Limits, long> Get, Func<Limits, long, Limits> With)
{
    /// <summary>The name as it is written on a command line: <c>head-timeout-ms</c>.</summary>
    public string OptionName { get; } = Name.Aggregate(
        new StringBuilder(),
        (text, c) => (char.IsUpper(c) && text.Length > 0 ? text.Append('-') : text).Append(char.ToLowerInvariant(c)))
        .ToString();

    /// <summary>
    /// Reads <c>head-timeout-ms=5000</c> into limits; false when there is no such limit, or that is no number that it
    /// can hold. Whether it makes sense is for <see cref="Limits.Validate"/> to say, once all are set.
    /// </summary>
    public static bool TrySet(Limits limits, string assignment, out Limits changed)
    {
        ArgumentNullException.ThrowIfNull(assignment);
        changed = limits;
        var equals = assignment.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0 || LimitList.Find(assignment[..equals]) is not { } limit) return false;
        var number = Encoding.UTF8.GetBytes(assignment[(equals + 1)..]);
        if (!Text.Ascii.TryParseDecimal(number, out var value)) return false;
        changed = limit.With(limits, value);
        return limit.Get(changed) == value;
    }
}

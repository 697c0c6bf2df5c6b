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
    /// Reads <c>head-timeout-ms=5000</c> into limits; null when there is no such limit, or it cannot have that value.
    /// </summary>
    public static Limits? TrySet(Limits limits, string assignment)
    {
        ArgumentNullException.ThrowIfNull(assignment);
        var equals = assignment.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0 || LimitList.Find(assignment[..equals]) is not { } limit) return null;
        if (!Text.Ascii.TryParseDecimal(Encoding.UTF8.GetBytes(assignment[(equals + 1)..]), out var value)) return null;
        try
        {
            var changed = limit.With(limits, value);
            if (limit.Get(changed) != value) return null; // more than the number can hold
            changed.Validate();
            return changed;
        }
        catch (ArgumentOutOfRangeException)
        {
            return null;
        }
    }
}

using System.Globalization;
using System.Text;

namespace Vitrine.EndToEnd.Support;

/// <summary>A reply as it came over the wire.</summary>
/// <param name="Head">Status line and fields with their line ends, without the empty line.</param>
/// <param name="Body">The body.</param>
internal sealed record RawReply(string Head, byte[] Body)
{
    public int Status => int.Parse(Head.AsSpan(9, 3), CultureInfo.InvariantCulture);

    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>The head with the one field that differs between two equal replies made the same.</summary>
    public string HeadWithoutDate => string.Concat(
        Lines.Select(
            line => line.StartsWith("Date: ", StringComparison.Ordinal) ? "Date: *\r\n" : line + "\r\n"));

    private IEnumerable<string> Lines => Head.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The value of a field; null when it is not there.</summary>
    /// <exception cref="InvalidOperationException">It is there more than once.</exception>
    public string? Field(string name) => Lines.Skip(1)
        .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
        .Select(line => line[(name.Length + 1)..].Trim())
        .SingleOrDefault();
}

using System.Globalization;

namespace Vitrine.Testing.Corpus;

/// <summary>What a raw request comes to: the statuses of all replies in their order, and how it ends.</summary>
public sealed record CorpusOutcome(IReadOnlyList<int> Statuses, CorpusEnd End)
{
    /// <summary>Reads statuses and, as the last word, the end.</summary>
    public static CorpusOutcome Parse(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new CorpusOutcome(
            [.. words[..^1].Select(word => int.Parse(word, CultureInfo.InvariantCulture))],
            Enum.Parse<CorpusEnd>(words[^1], ignoreCase: true));
    }

    public bool Equals(CorpusOutcome? other) =>
        other is not null && End == other.End && Statuses.SequenceEqual(other.Statuses);

    public override int GetHashCode() => HashCode.Combine(Statuses.Count, End);

    public override string ToString() =>
        string.Join(' ', Statuses.Select(status => $"{status}").Append(End.ToString().ToLowerInvariant()));
}

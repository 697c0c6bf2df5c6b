namespace Vitrine.Site.Origins;

/// <summary>What is in a folder, as far as it is shown: folders first, in the order of their names.</summary>
internal sealed class FolderList
{
    /// <summary>Names of a folder that are read, hidden ones too: of a larger one the others are not known.</summary>
    public const int MostNames = 100_000;

    private FolderList(IReadOnlyList<FolderEntry> entries) => Entries = entries;

    /// <summary>The first so many.</summary>
    public IReadOnlyList<FolderEntry> Entries { get; }

    /// <summary>How many could be shown.</summary>
    public int Total { get; private init; }

    /// <summary>Whether there are even more, which were not looked at.</summary>
    public bool HasMore { get; private init; }

    /// <summary>How many names no address can name.</summary>
    public int Unshown { get; private init; }

    /// <summary>
    /// The first <paramref name="most"/> of some names, of which <paramref name="look"/> says what they are; null for
    /// those that are nothing.
    /// </summary>
    public static FolderList Of(
        List<Name> names, int most, int unshown, bool hasMore, Func<string, FolderEntry?> look)
    {
        // Only what is shown is looked at, which takes much longer than to read its name.
        var isCut = names.Count > most;
        var shown = isCut ? First(names, most) : names;
        var entries = shown.Select(name => look(name.Text)).OfType<FolderEntry>().ToList();
        entries.Sort(static (a, b) => Order(a.IsFolder, a.Name, b.IsFolder, b.Name));
        return new FolderList(entries)
        {
            Total = isCut ? names.Count : entries.Count,
            HasMore = hasMore,
            Unshown = unshown,
        };
    }

    // The first so many, in no order: to sort all takes several times as long.
    private static IEnumerable<Name> First(List<Name> names, int most)
    {
        var lastFirst = Comparer<Name>.Create(static (a, b) => Order(b.IsFolder, b.Text, a.IsFolder, a.Text));
        var first = new PriorityQueue<Name, Name>(most, lastFirst);
        foreach (var name in names)
        {
            if (first.Count < most) first.Enqueue(name, name);
            else first.EnqueueDequeue(name, name);
        }
        return first.UnorderedItems.Select(item => item.Element);
    }

    private static int Order(bool isFolder, string name, bool isOtherFolder, string other) =>
        isFolder != isOtherFolder ? (isFolder ? -1 : 1) : NaturalOrder.Instance.Compare(name, other);

    /// <summary>A name that can be shown.</summary>
    /// <param name="Text">The name.</param>
    /// <param name="IsFolder">Whether it is a folder, as far as the folder around it says so (of links it does
    /// not).</param>
    internal readonly record struct Name(string Text, bool IsFolder);
}

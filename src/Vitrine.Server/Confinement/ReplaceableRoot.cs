namespace Vitrine.Server.Confinement;

/// <summary>
/// What has to be readable so that another folder can take the place of the one that is served: the folder around it,
/// and around each link on the way to it (<c>current -&gt; releases/7</c>). Where that would be all of a home, of
/// settings or of the system, it is the folder alone, and another in its place is not followed.
/// </summary>
internal static class ReplaceableRoot
{
    private const int MostLinks = 40;

    // Of these nothing is let read for the sake of a folder in them; of other folders at the top neither.
    private static readonly string[] Guarded = ["/etc", "/proc", "/sys", "/dev", "/run", "/boot", "/root"];

    // Made for what is served.
    private static readonly string[] Harmless = ["/srv", "/opt", "/mnt", "/media", "/tmp"];

    /// <summary>The folders; the root itself is in one of them, or among them.</summary>
    public static IReadOnlyList<string> Around(string root)
    {
        var (real, holders) = Resolve(root);
        var around = holders.Append(Path.GetDirectoryName(real) ?? "/").Distinct().ToList();
        var homes = Homes();
        return around.Exists(folder => IsTooMuch(folder, homes)) ? [real] : around;
    }

    // Where a path leads, and the folders in which the links on the way lie.
    private static (string Real, List<string> Holders) Resolve(string path)
    {
        var holders = new List<string>();
        var left = new Stack<string>(path.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse());
        var real = "/";
        for (var links = 0; left.TryPop(out var name);)
        {
            if (name == ".") continue;
            if (name == "..")
            {
                real = Path.GetDirectoryName(real) ?? "/";
                continue;
            }
            var next = Path.Combine(real, name);
            if (new FileInfo(next).LinkTarget is not { } target || ++links > MostLinks)
            {
                real = next;
                continue;
            }
            holders.Add(real);
            if (target.StartsWith('/')) real = "/";
            foreach (var part in target.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse()) left.Push(part);
        }
        return (real, holders);
    }

    private static bool IsTooMuch(string folder, IReadOnlyList<string> homes)
    {
        var isAtTop = folder.LastIndexOf('/') == 0;
        if (isAtTop && !Harmless.Contains(folder)) return true;
        if (Array.Exists(Guarded, guarded => IsWithin(folder, guarded))) return true;
        // A home, or what has a home in it.
        return homes.Any(home => IsWithin(home, folder)) || Path.GetDirectoryName(folder) == "/home";
    }

    private static List<string> Homes()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile).TrimEnd('/');
        return home.Length == 0 ? [] : [home, Resolve(home).Real];
    }

    private static bool IsWithin(string path, string folder) =>
        path == folder || path.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal);
}

namespace Vitrine.Site.Origins;

/// <summary>
/// Another folder was put in the place of the one that is served, or its mode was changed, and this process may not
/// read it: a sandbox admits only what was there when it was entered.
/// </summary>
public sealed class FolderReplacedException(string path)
    : IOException($"'{path}' is a folder now that this process may not read");

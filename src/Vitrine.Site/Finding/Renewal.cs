using Vitrine.Site.Content;
using Vitrine.Site.Looking;
using Vitrine.Site.Origins;

namespace Vitrine.Site.Finding;

/// <summary>Whether what was seen when a path was looked at is still so.</summary>
internal sealed class Renewal(IOrigin origin, FolderLooks looks, Siblings siblings)
{
    /// <summary>
    /// Whether it is. The folder is looked at before the file: what happened between the two is seen the next time.
    /// </summary>
    public bool StillHolds(Evidence? evidence, Blocking blocking)
    {
        if (evidence is not { IsTellTale: true }) return false;
        var around = looks.Around(evidence.FileName, blocking);
        var error = origin.Look(evidence.FileName, blocking, out var now);
        if (error != OpenError.None || now != evidence.Facts) return false;
        if (!siblings.AreSame(evidence, around, blocking)) return false;
        evidence.Around = around;
        return true;
    }
}

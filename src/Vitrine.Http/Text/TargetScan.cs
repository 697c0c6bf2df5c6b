namespace Vitrine.Http.Text;

/// <summary>What one look along a request target shows.</summary>
/// <param name="IsValid">Whether each character may stand in one.</param>
/// <param name="Question">The place of the first question mark, or -1.</param>
/// <param name="IsCanonical">
/// Whether the path before it is in the form of <see cref="TargetPath"/> already: nothing is encoded, there is no
/// dot-segment, no empty segment and no backslash. May be false for one that is.
/// </param>
public readonly record struct TargetScan(bool IsValid, int Question, bool IsCanonical)
{
    /// <summary>Looks along a target, or a path.</summary>
    public static TargetScan Of(ReadOnlySpan<byte> text)
    {
        var (question, isCanonical) = (-1, true);
        for (var i = 0; i < text.Length; i++)
        {
            var b = text[i];
            var classes = Ascii.ClassesOf(b) & (CharacterClasses.Target | CharacterClasses.PathMark);
            if (classes == CharacterClasses.Target) continue;
            if (classes == CharacterClasses.None) return default;
            if (question >= 0) continue;
            if (b == '?') question = i;
            else if (b is (byte)'%' or (byte)'\\' || (i > 0 && text[i - 1] == '/')) isCanonical = false;
        }
        return new TargetScan(true, question, isCanonical);
    }
}

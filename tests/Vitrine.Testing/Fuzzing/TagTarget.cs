using Vitrine.Http.Text;

namespace Vitrine.Testing.Fuzzing;

/// <summary>
/// A list of entity tags, and a tag behind its last line feed: the comparisons agree with each other.
/// </summary>
internal static class TagTarget
{
    public static void Run(ReadOnlySpan<byte> input)
    {
        var end = input.LastIndexOf((byte)'\n');
        var list = end < 0 ? input : input[..end];
        var tag = end < 0 ? input : input[(end + 1)..];
        var isStrong = EntityTag.ListMatches(list, tag, strong: true);
        var isWeak = EntityTag.ListMatches(list, tag, strong: false);
        FuzzException.ThrowUnless(!isStrong || isWeak, "what matches strongly matches weakly");
        if (!EntityTag.IsValid(tag)) return;
        FuzzException.ThrowUnless(EntityTag.ListMatches(tag, tag, strong: false), "a tag matches itself");
        FuzzException.ThrowUnless(
            EntityTag.ListMatches(tag, tag, strong: true) != EntityTag.IsWeak(tag), "a weak tag is never strong");
        byte[] among = [.. "\"a\" , W/\"b\",,\""u8, .. "\" ,"u8, .. tag, .. ",\"c\""u8];
        FuzzException.ThrowUnless(EntityTag.ListMatches(among, tag, strong: false), "a tag is found among others");
        var isStar = Ascii.TrimWhiteSpace(list).SequenceEqual("*"u8);
        var opaque = EntityTag.IsWeak(tag) ? tag[2..] : tag;
        FuzzException.ThrowUnless(!isWeak || isStar || list.IndexOf(opaque) >= 0, "what matches is in the list");
    }
}

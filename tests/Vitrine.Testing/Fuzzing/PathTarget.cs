using System.Text;
using Vitrine.Http.Text;

namespace Vitrine.Testing.Fuzzing;

/// <summary>A path: what comes of it is canonical, and comes to itself when it is encoded and parsed again.</summary>
internal static class PathTarget
{
    public static void Run(ReadOnlySpan<byte> input)
    {
        var scan = TargetScan.Of(input);
        if (!scan.IsValid || input.IsEmpty || input[0] != '/') return;
        var path = scan.Question < 0 ? input : input[..scan.Question];
        if (TargetPath.TryParse(path, new byte[path.Length], out var target) != TargetPathError.None)
        {
            FuzzException.ThrowUnless(!scan.IsCanonical, "a canonical path is one");
            return;
        }
        if (scan.IsCanonical)
            FuzzException.ThrowUnless(target.Value.SequenceEqual(path), "a canonical path stays as it is");
        var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(target.Value);
        var segments = text.Split('/');
        FuzzException.ThrowUnless(
            text[0] == '/' && text.AsSpan().IndexOfAny('\0', '\\') < 0, "nothing forbidden is in it");
        FuzzException.ThrowUnless(
            segments[1..^1].All(segment => segment is not ("" or "." or "..")) && segments[^1] is not ("." or ".."),
            "nothing leads up or nowhere");
        FuzzException.ThrowUnless(
            TargetPath.IsHidden(target.Value) == IsHidden(segments), "what is hidden starts with a dot");
        var encoded = Encoding.ASCII.GetBytes(string.Join('/', segments.Select(Uri.EscapeDataString)));
        var error = TargetPath.TryParse(encoded, new byte[encoded.Length], out var again);
        FuzzException.ThrowUnless(
            error == TargetPathError.None && again.Value.SequenceEqual(target.Value), "encoded again it is the same");
    }

    private static bool IsHidden(string[] segments) => segments
        .Skip(segments.Length > 1 && segments[1] == ".well-known" ? 2 : 1)
        .Any(segment => segment.StartsWith('.'));
}

using System.Diagnostics;
using Vitrine.Http.Head;
using Vitrine.Http.Replies;
using Vitrine.Http.Text;
using Vitrine.Site.Content;
using Vitrine.Site.Media;

namespace Vitrine.Site.Answering;

/// <summary>
/// Proactive negotiation of the content coding (RFC 9110 section 12.5.3). An encoded representation goes to
/// nobody who did not ask for it.
/// </summary>
internal static class Negotiation
{
    private const int Unnamed = -1;

    // Browsers name four or five. Of a longer list the rest is not looked at: it would only cost time.
    private const int MostCodings = 64;

    /// <summary>
    /// The representation for this client: of those that it weighs highest the smallest. Null when it accepts
    /// none of them.
    /// </summary>
    public static Representation? Select(in RequestHead head, Outcome outcome)
    {
        var plain = outcome.Content!;
        // One that has a coding by its name is all there is.
        if (plain.HasCoding || !head.Has(HeaderId.AcceptEncoding)) return plain;
        var others = outcome.Encoded;
        Debug.Assert(others.Length <= ContentCoding.All.Length);
        Span<int> weights = stackalloc int[ContentCoding.All.Length];
        weights.Fill(Unnamed);
        var (plainWeight, anyWeight) = (Unnamed, Unnamed);
        foreach (ref readonly var field in head.Fields)
            if (field.Id == HeaderId.AcceptEncoding)
                Weigh(head[field.Value], others, weights, ref plainWeight, ref anyWeight);

        var (best, bestWeight) = (default(Representation), 0);
        for (var i = 0; i < others.Length; i++)
        {
            var weight = weights[i] == Unnamed ? anyWeight : weights[i];
            var other = others[i].Content;
            if (weight <= 0 || weight < bestWeight || (weight == bestWeight && other.Length >= best!.Length)) continue;
            (best, bestWeight) = (other, weight);
        }
        // The plain one is acceptable unless it is refused; by name, or with all others that are not named.
        if (plainWeight == Unnamed) plainWeight = anyWeight;
        if (best is null) return plainWeight == 0 ? null : plain;
        if (plainWeight > bestWeight) return plain;
        var weighsLess = plainWeight != Unnamed && plainWeight < bestWeight;
        return !weighsLess && plain.Length <= best.Length ? plain : best;
    }

    private static void Weigh(
        ReadOnlySpan<byte> list,
        EncodedRepresentation[] others,
        Span<int> weights,
        ref int plainWeight,
        ref int anyWeight)
    {
        for (var i = 0; i < MostCodings && QualityList.TryTake(ref list, out var name, out var weight); i++)
        {
            if (name.SequenceEqual("*"u8)) anyWeight = weight;
            else if (Ascii.EqualsIgnoreCase(name, "identity"u8)) plainWeight = weight;
            else
            {
                if (Ascii.EqualsIgnoreCase(name, "x-gzip"u8)) name = "gzip"u8; // RFC 9110 section 8.4.1.3
                for (var other = 0; other < others.Length; other++)
                    if (Ascii.EqualsIgnoreCase(name, others[other].Coding.NameBytes)) weights[other] = weight;
            }
        }
    }
}

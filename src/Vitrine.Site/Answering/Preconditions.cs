using Vitrine.Http.Head;
using Vitrine.Http.Replies;
using Vitrine.Http.Text;

namespace Vitrine.Site.Answering;

/// <summary>Conditional requests (RFC 9110 section 13).</summary>
internal static class Preconditions
{
    /// <summary>What the conditions come to.</summary>
    public enum Verdict : byte
    {
        /// <summary>The request is answered as if it had none.</summary>
        Pass,

        /// <summary>304.</summary>
        NotModified,

        /// <summary>412.</summary>
        Failed,
    }

    /// <summary>Evaluates them in the order of section 13.2.2; for GET and HEAD.</summary>
    public static Verdict Evaluate(in RequestHead head, Representation content, long nowUnixSeconds)
    {
        if (head.Has(HeaderId.IfMatch))
        {
            if (!AnyMatches(head, HeaderId.IfMatch, content, strong: true)) return Verdict.Failed;
        }
        else if (TryGetDate(head, HeaderId.IfUnmodifiedSince, nowUnixSeconds, out var unmodifiedSince)
            && content.LastModified > unmodifiedSince)
        {
            return Verdict.Failed;
        }
        if (head.Has(HeaderId.IfNoneMatch))
            return AnyMatches(head, HeaderId.IfNoneMatch, content, strong: false) || AnyMatchesCoded(head, content)
                ? Verdict.NotModified
                : Verdict.Pass;
        return TryGetDate(head, HeaderId.IfModifiedSince, nowUnixSeconds, out var modifiedSince)
            && content.LastModified <= modifiedSince
                ? Verdict.NotModified
                : Verdict.Pass;
    }

    /// <summary>
    /// Whether If-Range, if it is there, allows a range to be sent (section 13.1.5): only when the validator
    /// is strong and exactly the representation's.
    /// </summary>
    public static bool AllowsRange(in RequestHead head, Representation content, long nowUnixSeconds)
    {
        if (!head.Has(HeaderId.IfRange)) return true;
        if (!head.TryGetSingle(HeaderId.IfRange, out var validator)) return false;
        if (validator.IndexOf((byte)'"') >= 0) return EntityTag.StrongEquals(validator, content.EntityTag);
        // A date is strong once its second is over: until then the file may change again within it (section
        // 8.8.2.2). One that several representations may share is never (section 8.8.1).
        return !content.VariesByCoding && HttpDate.TryParse(validator, nowUnixSeconds, out var date)
            && content.LastModified == date && nowUnixSeconds > date + 1;
    }

    private static bool AnyMatches(in RequestHead head, HeaderId id, Representation content, bool strong)
    {
        foreach (ref readonly var field in head.Fields)
            if (field.Id == id && EntityTag.ListMatches(head[field.Value], content.EntityTag, strong)) return true;
        return false;
    }

    // Not where there is one in a coding already, which has such a tag itself.
    private static bool AnyMatchesCoded(in RequestHead head, Representation content)
    {
        if (content.VariesByCoding || content.EntityTag.Length == 0) return false;
        foreach (ref readonly var field in head.Fields)
            if (field.Id == HeaderId.IfNoneMatch
                && EntityTag.ListMatchesCoded(head[field.Value], content.EntityTag)) return true;
        return false;
    }

    private static bool TryGetDate(in RequestHead head, HeaderId id, long now, out long date)
    {
        date = 0;
        return head.TryGetSingle(id, out var text) && HttpDate.TryParse(text, now, out date);
    }
}

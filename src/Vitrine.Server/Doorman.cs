using System.Text;
using Vitrine.Http.Head;
using Vitrine.Http.Protocols;
using Vitrine.Http.Replies;

namespace Vitrine.Server;

/// <summary>
/// Answers requests that came in by a way where they are not served: in the clear where TLS is spoken, or on a
/// connection that was agreed for another host.
/// </summary>
/// <param name="securePort">Where TLS is spoken.</param>
/// <param name="answerChallenge">What an authority is to be shown that asks with a token (ACME), or null.</param>
internal sealed class Doorman(int securePort, Func<string, string?> answerChallenge)
{
    private const int UsualPort = 443;
    private const int MostLocationBytes = 8 * 1024;
    private const int MostTokenBytes = 256;

    /// <summary>Who is not to be served here: 308, 400 or 421; or what an authority asks for. Null lets in.</summary>
    public Reply? Answer(in RequestHead head) => Challenge(head) ?? head.Entrance.Kind switch
    {
        EntranceKind.Redirect => Redirect(head),
        EntranceKind.ClearOnSecure => Reply.Whole(
            Status.BadRequest,
            Page("This port speaks HTTPS, and the request came as plain HTTP." + (LocationOf(head) is { } location
                ? $" Try {location}"
                : ""))),
        EntranceKind.Secure when !head.Entrance.IsFor(head.Authority) => Reply.Whole(
            Status.MisdirectedRequest,
            Page("This connection was made for another host (RFC 9110 section 15.5.20). Try again on one of its own.")),
        _ => null,
    };

    // RFC 8555 section 8.3. It may have been sent on to the secure port by somebody before us.
    private Reply? Challenge(in RequestHead head)
    {
        var folder = "/.well-known/acme-challenge/"u8;
        return head.Path.StartsWith(folder) && head.Path.Length - folder.Length <= MostTokenBytes
            && answerChallenge(Encoding.ASCII.GetString(head.Path[folder.Length..])) is { } answer
            ? Reply.Whole(Status.Ok, Page(answer, ending: ""))
            : null;
    }

    private Reply Redirect(in RequestHead head)
    {
        if (LocationOf(head) is not { } location)
            return Reply.Whole(Status.BadRequest, Page("The request does not say for which host it is."));
        return Reply.Whole(
            Status.PermanentRedirect, Page($"It is at {location}", more: new Field("Location", location)));
    }

    // What the client asked for, with https. It is all of its making, but was checked: no character is in it that ends
    // a field, and the host is the one that the client itself named.
    private string? LocationOf(in RequestHead head)
    {
        var host = head.Authority;
        if (host.IsEmpty || head.Form is not (TargetForm.Origin or TargetForm.Absolute)) return null;
        var colon = host.LastIndexOf((byte)':');
        if (colon > host.LastIndexOf((byte)']')) host = host[..colon];
        if (host.Length + head.Path.Length + head.Query.Length > MostLocationBytes) return null;
        var port = securePort == UsualPort ? "" : $":{securePort}";
        var path = head.Path.IsEmpty ? "/" : Encoding.ASCII.GetString(head.Path);
        return $"https://{Encoding.ASCII.GetString(host)}{port}{path}{Encoding.ASCII.GetString(head.Query)}";
    }

    private static Representation Page(string text, string ending = "\n", params ReadOnlySpan<Field> more)
    {
        var fields = new FieldSet { { "Cache-Control", "no-store" } };
        foreach (var field in more) fields.Add(field.Name, field.Value);
        return Representation.InMemory(
            PinnedBytes.Copy(Encoding.ASCII.GetBytes(text + ending)),
            "text/plain; charset=utf-8",
            new Metadata(null, null, fields));
    }
}

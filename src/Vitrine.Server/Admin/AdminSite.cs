using Vitrine.Http.Head;
using Vitrine.Http.Replies;

namespace Vitrine.Server.Admin;

/// <summary>
/// What whoever runs the server, or a program that does, asks it: <c>/healthz</c>, whether it works (200, or 503: start
/// it anew), <c>/readyz</c>, whether it takes requests (200, or 503: send them elsewhere for now), and
/// <c>/certificates</c>, which there are and for how long.
/// </summary>
/// <param name="isHealthy">Whether all workers come round.</param>
/// <param name="certificates">The certificates, a line each; null where there are none.</param>
/// <param name="readiness">Whether requests are taken, in a word: "ready", or why not.</param>
internal sealed class AdminSite(
    Func<bool> isHealthy, Func<string> readiness, Func<string>? certificates = null) : IResponder
{
    private const string Ready = "ready";

    /// <inheritdoc/>
    public Reply Respond(in RequestHead head, PendingReply? done, long nowUnixSeconds, Span<byte> room)
    {
        if (head.Method is not (Method.Get or Method.Head))
            return Reply.Whole(Status.MethodNotAllowed, Page("read only", new Field("Allow", "GET, HEAD")));
        if (head.Path.SequenceEqual("/healthz"u8))
            return isHealthy() ? Say(Status.Ok, "healthy") : Say(Status.ServiceUnavailable, "a worker is stuck");
        if (certificates is not null && head.Path.SequenceEqual("/certificates"u8))
            return Say(Status.Ok, certificates());
        if (!head.Path.SequenceEqual("/readyz"u8))
            return Say(Status.NotFound, "there are /healthz and /readyz, and with TLS /certificates");
        var state = readiness();
        return Say(state == Ready ? Status.Ok : Status.ServiceUnavailable, state);
    }

    /// <inheritdoc/>
    public Representation ErrorPage(Status status, string explanation) => Page(explanation);

    private static Reply Say(Status status, string text) => Reply.Whole(status, Page(text));

    private static Representation Page(string text, params ReadOnlySpan<Field> more)
    {
        var fields = new FieldSet { { "Cache-Control", "no-store" } };
        foreach (var field in more) fields.Add(field.Name, field.Value);
        return Representation.InMemory(
            PinnedBytes.Copy(System.Text.Encoding.UTF8.GetBytes(text + "\n")),
            "text/plain; charset=utf-8",
            new Metadata(null, null, fields));
    }
}

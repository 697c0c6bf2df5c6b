using Vitrine.Http;
using Vitrine.Http.Head;
using Vitrine.Http.Replies;
using Vitrine.Site.Content;
using Vitrine.Site.Loading;
using Vitrine.Site.Looking;
using Vitrine.Site.Media;
using Vitrine.Site.Origins;
using Vitrine.Site.Pages;

namespace Vitrine.Site.Finding;

/// <summary>
/// 404, with the site's own page for it (<c>/404.html</c>) or with ours. The page is as fresh as any file.
/// </summary>
internal sealed class NotFoundPage(
    IOrigin origin, Limits limits, Freshness freshness, SiteClock clock, FileResolver files, ErrorPages errors)
{
    private static readonly byte[] Path = "/404.html"u8.ToArray();

    private volatile Kept? page;

    /// <summary>The answer, or null when the page has to be looked at first.</summary>
    public Outcome? Fresh => page is { } known && freshness.Covers(known.CheckedMs) ? known.Outcome : null;

    /// <summary>The answer; null when the page has to be looked at again.</summary>
    public Outcome? Get(Resolution resolution)
    {
        if (Fresh is { } fresh) return fresh;
        var startMs = clock.NowMs;
        var error = origin.Look(Path, resolution.Blocking, out var facts);
        if (error == OpenError.WouldBlock) return resolution.Again(0);
        if (error != OpenError.None || facts.Kind != FileKind.File || facts.Length > limits.CachedBodyBytes)
            return Keep(Outcome.Of(OpenError.NotFound, errors), startMs);
        if (page is { Outcome: { Evidence.IsTellTale: true } known } && known.Evidence.Facts == facts)
            return Keep(known, startMs);
        resolution.ErrorPage ??= new Resolution([], null) { Blocking = resolution.Blocking };
        var file = files.Resolve(Path, resolution.ErrorPage);
        if (file is null) return resolution.Again(resolution.ErrorPage.AgainInMs);
        // Replies share it without counting, and what is beside it is not needed.
        var body = file is { Status: Status.Ok, Content.Body: { } read } ? PinnedBytes.Copy(read.Span) : null;
        file.Release();
        // Not there any more, or never at rest.
        if (body is null) return Keep(Outcome.Of(OpenError.NotFound, errors), startMs);
        // An error has no validators: a client must not keep it as if it were the page that it asked for.
        var content = Representation.InMemory(body, MediaTypes.OfName(Path)!);
        return Keep(
            new Outcome(Status.NotFound, content, file.Evidence, IsKept: false), startMs);
    }

    private Outcome Keep(Outcome outcome, long checkedMs)
    {
        page = new Kept(outcome, checkedMs);
        return outcome;
    }

    private sealed record Kept(Outcome Outcome, long CheckedMs);
}

using System.Collections.Concurrent;
using System.Text;
using Vitrine.Http.Head;
using Vitrine.Http.Replies;

namespace Vitrine.Site.Pages;

/// <summary>
/// The pages behind a status that is no success. Each says in a sentence what was wrong; each is made once.
/// What they say comes from this program alone, never from a request.
/// </summary>
internal sealed class ErrorPages
{
    /// <summary>The methods that are answered, as Allow lists them.</summary>
    public static FieldSet AllowFields => new() { { "Allow", "GET, HEAD, OPTIONS" } };

    private readonly ConcurrentDictionary<(Status, string, string?), Representation> pages = new();

    /// <summary>404, unless the site has a page of its own for it.</summary>
    public Representation NotFound => Get(Status.NotFound, "There is nothing at this address.");

    /// <summary>403.</summary>
    public Representation Forbidden => Refuse(
        Status.Forbidden,
        "This server may not read what is at this address.",
        "The system does not let this process read the file.");

    /// <summary>406.</summary>
    public Representation NotAcceptable => Get(
        Status.NotAcceptable, "The request accepts none of the codings that there are (RFC 9110 section 12.5.3).");

    /// <summary>412.</summary>
    public Representation PreconditionFailed => Get(
        Status.PreconditionFailed, "What is at this address is not what the request asks for (RFC 9110 section 13).");

    /// <summary>500.</summary>
    public Representation InternalServerError => Refuse(
        Status.InternalServerError,
        "This server could not read what is at this address.",
        "The disk or the file system failed, or this is a bug.");

    /// <summary>500: nobody knows how long the file is.</summary>
    public Representation OfUntoldLength => Refuse(
        Status.InternalServerError,
        "This server could not read what is at this address.",
        "The system does not say how long the file is, and it cannot be read to its end or is too long for that.");

    /// <summary>503: too many loads are queued.</summary>
    public Representation Busy => Unavailable("Too many files wait to be read from the disk.");

    /// <summary>503: the disk hangs.</summary>
    public Representation NoAnswer => Unavailable("The disk that holds the file does not answer.");

    /// <summary>503: there are no descriptors.</summary>
    public Representation Exhausted => Unavailable("There is no descriptor left to open the file with.");

    /// <summary>503: another program has the file.</summary>
    public Representation Held => Unavailable("Another program holds the file for the moment (a lease).");

    /// <summary>503: what clients do not take fills the memory, and this can be sent from nowhere else.</summary>
    public Representation NoMemory => Unavailable("What clients do not take fills the memory that there is for it.");

    /// <summary>503: no state of the file can be served as one.</summary>
    public Representation Restless => Unavailable("The file changes all the time.");

    /// <summary>400 for a path that was refused.</summary>
    public Representation BadPath => Refuse(
        Status.BadRequest,
        "The path is not well-formed, or holds a character that no name can have (RFC 3986 section 2).");

    /// <summary>The page of a status and an explanation.</summary>
    public Representation Get(Status status, string explanation) => GetOrMake(status, explanation, null);

    /// <summary>405 or 501.</summary>
    public Representation MethodRefused(Method method) => method == Method.Unknown
        ? Refuse(
            Status.NotImplemented,
            "This server does not know that method (RFC 9110 section 9).")
        : Refuse(
            Status.MethodNotAllowed,
            "This can be read with GET and HEAD, and not be changed (RFC 9110 section 9).");

    /// <summary>416, with the length that there is.</summary>
    public static Representation RangeNotSatisfiable(long length) => Make(
        Status.RangeNotSatisfiable,
        "None of the bytes that the request asks for exist (RFC 9110 section 14).",
        new FieldSet { { "Content-Range", $"bytes */{length}" } });

    /// <summary>301 to a location that is safe in a header field already.</summary>
    public static Representation MovedPermanently(string location) => Make(
        Status.MovedPermanently,
        "This folder's address ends with a slash.",
        new FieldSet { { "Location", location } },
        location);

    private Representation Unavailable(string reason) => Refuse(
        Status.ServiceUnavailable, "This server cannot answer at the moment. Try again in a second.", reason);

    // One that is also told to who runs the server: the explanation, unless there is more to say.
    private Representation Refuse(Status status, string explanation, string? reason = null) =>
        GetOrMake(status, explanation, reason ?? explanation);

    private Representation GetOrMake(Status status, string explanation, string? reason) => pages.GetOrAdd(
        (status, explanation, reason), static key => Make(key.Item1, key.Item2, [], reason: key.Item3));

    private static Representation Make(
        Status status, string explanation, FieldSet fields, string link = "/", string? reason = null)
    {
        var line = Encoding.ASCII.GetString(Statuses.Line(status));
        var body = new StringBuilder($"""
            <p class="code" aria-hidden="true">{line[..3]}</p>
            <h1>{Html.Escape(line[4..])}</h1>
            <p>{Html.Escape(explanation)}</p>
            <p><a href="{Html.Escape(link)}">{(link == "/" ? "To the start of this site" : "Go there")}</a></p>
            """);
        if (status == Status.ServiceUnavailable) fields.Add("Retry-After", "1");
        if (status == Status.NotAcceptable) fields.Add("Vary", "Accept-Encoding");
        if (status == Status.MethodNotAllowed) fields.AddAll(AllowFields);
        var all = Html.SecurityFields;
        all.AddAll(fields);
        return Representation.InMemory(
            PinnedBytes.Copy(Html.Page(line, body)),
            "text/html; charset=utf-8",
            new Metadata(null, null, all) { Reason = reason });
    }
}

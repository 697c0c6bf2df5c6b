using Vitrine.Http.Replies;
using Vitrine.Site.Looking;
using Vitrine.Site.Media;
using Vitrine.Site.Origins;
using Vitrine.Site.Pages;

namespace Vitrine.Site.Content;

/// <summary>What a path comes to, before a request's conditions and ranges are looked at.</summary>
/// <param name="Status">The status; 301 is made anew for each request, since it keeps the query.</param>
/// <param name="Content">The representation, but for 301.</param>
/// <param name="Facts">The file that it was made from, if it was made from one: while it stays, so does the
/// outcome.</param>
/// <param name="IsKept">Whether it goes into the cache. What does not exist does not: names that do not are
/// endless.</param>
internal sealed record Outcome(Status Status, Representation? Content, FileFacts Facts, bool IsKept)
{
    /// <summary>
    /// The longest body that a worker reads itself: longer ones are the loader's, however fast the disk may
    /// be, since others wait for the worker.
    /// </summary>
    public const int MostReadByWorkerBytes = 64 * 1024;

    /// <summary>
    /// False while a write to the file may still be under way although its times say nothing of it.
    /// </summary>
    public bool WasAtRest { get; init; } = true;

    /// <summary>True when it is 503 for want of descriptors, and not because the file never rests.</summary>
    public bool IsExhausted { get; init; }

    /// <summary>What a path comes to that could not be opened.</summary>
    public static Outcome Of(OpenError error, ErrorPages pages)
    {
        var (status, content) = error switch
        {
            OpenError.Forbidden => (Status.Forbidden, pages.Forbidden),
            OpenError.Exhausted => (Status.ServiceUnavailable, pages.Exhausted),
            OpenError.Busy => (Status.ServiceUnavailable, pages.Held),
            OpenError.Failed => (Status.InternalServerError, pages.InternalServerError),
            _ => (Status.NotFound, pages.NotFound),
        };
        return new Outcome(status, content, default, IsKept: false) { IsExhausted = error == OpenError.Exhausted };
    }

    /// <summary>The same in content codings, from files beside the plain one.</summary>
    public EncodedRepresentation[] Encoded { get; init; } = [];

    /// <summary>
    /// What was beside the plain file, one for each of <see cref="ContentCoding.All"/>; empty when nothing was
    /// looked for.
    /// </summary>
    public FileFacts[] Siblings { get; init; } = [];

    /// <summary>
    /// The folder around the plain file, as it was before the file was found by its name and <see cref="Siblings"/>
    /// were looked for.
    /// </summary>
    public FolderLooks.Look? Around { get; set; }

    /// <summary>Whether the plain file's name is a link: where it leads may change without the folder.</summary>
    public bool IsBehindLink { get; init; }

    /// <summary>
    /// Whether its body can be left to the disk: that of a plain file, which is read again as long as its facts are the
    /// same.
    /// </summary>
    public bool CanBeLeft => IsLeft || (Status == Status.Ok && Facts.IsTellTale && WasAtRest && Encoded.Length == 0
        && Content is { Body.Length: > 0 } && !IsUnseen);

    /// <summary>
    /// Whether nobody can tell if its file is in the kernel's memory: then a worker can never read it.
    /// </summary>
    public bool IsUnseen { get; init; }

    /// <summary>Whether it was left there.</summary>
    public bool IsLeft { get; init; }

    /// <summary>The same with its body neither in memory nor in a file that is kept open.</summary>
    public Outcome WithoutBody() => this with { Content = Content!.WithoutBody(), IsLeft = true };

    /// <summary>The bytes of all bodies that are in memory.</summary>
    public long BodyBytes =>
        (Content?.Body?.Length ?? 0) + Encoded.Sum(other => (long)(other.Content.Body?.Length ?? 0));

    /// <summary>How many files it holds open.</summary>
    public int OpenFiles => Files.Count();

    private IEnumerable<OpenFile> Files => Encoded.Select(other => other.Content.File)
        .Prepend(Content?.File).OfType<OpenFile>();

    /// <summary>Whether one of its open files has no name any more. Who asks has no share: one may be closed.</summary>
    public bool IsGone()
    {
        foreach (var file in Files.OfType<FolderFile>())
        {
            if (!file.TryAcquire()) return true;
            var hasName = file.HasName();
            file.Release();
            if (!hasName) return true;
        }
        return false;
    }

    /// <summary>Takes a share of each of its files; false, and none, when one is closed already.</summary>
    public bool TryAcquire()
    {
        var taken = new List<OpenFile>();
        foreach (var file in Files)
        {
            if (file.TryAcquire())
            {
                taken.Add(file);
                continue;
            }
            foreach (var other in taken) other.Release();
            return false;
        }
        return true;
    }

    /// <summary>Gives back a share of each of its files.</summary>
    public void Release()
    {
        foreach (var file in Files) file.Release();
    }

    /// <summary>Whether it is the same in memory as another, made again: then that one is kept.</summary>
    public bool IsLike(Outcome? other) => other is not null
        && (Status, Facts, WasAtRest) == (other.Status, other.Facts, other.WasAtRest)
        && Content is { Body: not null } mine && other.Content is { Body: not null } others
        && mine.Fields.SequenceEqual(others.Fields) && mine.EntityTag.Length > 0 // the tag is among them
        && Siblings.AsSpan().SequenceEqual(other.Siblings) && OpenFiles == 0 && other.OpenFiles == 0
        && Encoded.Select(TagOf).SequenceEqual(other.Encoded.Select(TagOf));

    private static string TagOf(EncodedRepresentation encoded) =>
        System.Text.Encoding.ASCII.GetString(encoded.Content.EntityTag);
}

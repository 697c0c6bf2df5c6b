using System.Diagnostics.CodeAnalysis;
using Vitrine.Http.Head;
using Vitrine.Http.Replies;
using Vitrine.Site.Origins;
using Vitrine.Site.Pages;

namespace Vitrine.Site.Content;

/// <summary>What a path comes to, before a request's conditions and ranges are looked at.</summary>
/// <param name="Status">The status; 301 is made anew for each request, since it keeps the query.</param>
/// <param name="Content">The representation, but for 301.</param>
/// <param name="Evidence">What was seen of the file that it was made from; null when it was made from none.</param>
/// <param name="IsKept">Whether it goes into the cache. What does not exist does not: names that do not are
/// endless.</param>
internal sealed record Outcome(Status Status, Representation? Content, Evidence? Evidence, bool IsKept)
{
    /// <summary>True when it is 503 for want of descriptors, and not because the file never rests.</summary>
    public bool IsExhausted { get; init; }

    /// <summary>The same in content codings, from files beside the plain one.</summary>
    public EncodedRepresentation[] Encoded { get; init; } = [];

    /// <summary>
    /// Whether no worker can read its file again: nobody can tell if it is in the kernel's memory, or it is behind a
    /// link.
    /// </summary>
    public bool IsUnseen { get; init; }

    /// <summary>Whether its body is in its file alone.</summary>
    public bool IsLeft => Content is { HasNoBody: true };

    /// <summary>Whether its body is in a copy that nobody else can change.</summary>
    public bool IsCopied => Content is { File.IsPrivate: true };

    /// <summary>
    /// Whether its body can be left to the disk: that of a plain file, which is read again as long as its facts are the
    /// same.
    /// </summary>
    public bool CanBeLeft => Status == Status.Ok && Evidence is { IsTellTale: true } && Encoded.Length == 0
        && Content is { Body.Length: > 0 } && !IsUnseen;

    /// <summary>The bytes of all bodies that are in memory.</summary>
    public long BodyBytes =>
        (Content?.Body?.Length ?? 0) + Encoded.Sum(other => (long)(other.Content.Body?.Length ?? 0));

    /// <summary>For how many files it holds a descriptor.</summary>
    public int OpenFiles => Files.Count(file => !file.IsPrivate);

    private IEnumerable<OpenFile> Files => Encoded.Select(other => other.Content.File)
        .Prepend(Content?.File).OfType<OpenFile>();

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
        return new Outcome(status, content, null, IsKept: false) { IsExhausted = error == OpenError.Exhausted };
    }

    /// <summary>The same with its body in its file alone.</summary>
    public Outcome WithoutBody() => this with { Content = Content!.With(null) };

    /// <summary>The same with its bodies in copies, of whose shares this takes over one each.</summary>
    public Outcome With(OpenFile copy, IReadOnlyList<OpenFile> ofEncoded) => this with
    {
        Content = Content!.With(copy),
        Encoded = [.. Encoded.Zip(ofEncoded, (other, file) => other with { Content = other.Content.With(file) })],
    };

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

    /// <summary>Takes a share of each of its bodies; false, and none, when one is gone already.</summary>
    public bool TryAcquire()
    {
        if (Content?.TryAcquire() == false) return false;
        for (var i = 0; i < Encoded.Length; i++)
        {
            if (Encoded[i].Content.TryAcquire()) continue;
            while (--i >= 0) Encoded[i].Content.Release();
            Content?.Release();
            return false;
        }
        return true;
    }

    /// <summary>Gives back a share of each of its bodies.</summary>
    public void Release()
    {
        Content?.Release();
        foreach (var other in Encoded) other.Content.Release();
    }

    /// <summary>Whether it is the same in memory as another, made again: then that one is kept.</summary>
    public bool IsLike([NotNullWhen(true)] Outcome? other) => other is not null && Status == other.Status
        && Evidence is not null && other.Evidence is not null && Evidence.IsLike(other.Evidence)
        && Content is { Body: not null } mine && other.Content is { Body: not null } others
        && mine.Fields.All.SequenceEqual(others.Fields.All) && mine.EntityTag.Length > 0 // the tag is among them
        && OpenFiles == 0 && other.OpenFiles == 0
        && Encoded.Select(TagOf).SequenceEqual(other.Encoded.Select(TagOf));

    private static string TagOf(EncodedRepresentation encoded) =>
        System.Text.Encoding.ASCII.GetString(encoded.Content.EntityTag);
}

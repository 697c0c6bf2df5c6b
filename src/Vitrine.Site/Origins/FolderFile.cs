using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Vitrine.Http.Replies;

namespace Vitrine.Site.Origins;

/// <summary>An open regular file and what it was when it was opened.</summary>
internal abstract class FolderFile(SafeFileHandle handle, FileFacts facts) : OpenFile
{
    /// <summary>What <see cref="TryRead"/> returns when the disk fails.</summary>
    protected const int Failed = -1;

    private bool mayGrow;
    private IContentCheck? check;
    private volatile Believed? believed;
    private volatile bool isLost;

    /// <summary>What it was when it was opened.</summary>
    public FileFacts Facts => facts;

    /// <summary>Is told when it is closed.</summary>
    public Action? WhenClosed { get; set; }

    /// <summary>Whether the name that it was opened by is a link, which may lead elsewhere by now.</summary>
    public bool IsBehindLink { get; init; }

    /// <inheritdoc/>
    public override SafeHandle Handle => handle;

    /// <inheritdoc/>
    public override bool IsUnchanged()
    {
        var now = ReadFacts(Blocking.Allowed);
        return mayGrow
            ? now.Length >= facts.Length
            : now.HasContentOf(facts) || believed?.Covers(now) == true;
    }

    /// <inheritdoc/>
    public override bool TryCheckAgain(IInbox inbox, long token) =>
        !isLost && check?.TryCheck(this, inbox, token) == true;

    /// <summary>The tag that its bytes were promised with; null when that is not known yet.</summary>
    public string? Promised { get; private set; }

    /// <summary>Its bytes have that tag: they can be compared when something is done to it.</summary>
    public void Promise(string? tag, IContentCheck? by) => (Promised, check) = (tag, by);

    /// <summary>What it is now.</summary>
    public FileFacts LookAgain() => ReadFacts(Blocking.Allowed);

    /// <summary>It was that when it had the bytes that were promised. For one who compared them.</summary>
    public void Believe(in FileFacts seen) => believed = new Believed(seen, Environment.TickCount64);

    /// <summary>It has them no more.</summary>
    public void GiveUp() => isLost = true;

    /// <summary>From when on it may be compared again, in milliseconds of the running clock; for who does
    /// that.</summary>
    public long CheckFromMs { get; set; }

    /// <summary>Whether the system says that it is as long as it was, whatever else it says.</summary>
    public bool IsAsLong() => ReadFacts(Blocking.Allowed).Length == facts.Length;

    /// <summary>
    /// Whether nothing at all was done to it, its names included: then a reply may begin. What is being sent goes on
    /// for as long as <see cref="IsUnchanged"/>.
    /// </summary>
    public bool IsAsOpened() => mayGrow ? IsUnchanged() : ReadFacts(Blocking.Allowed) == facts;

    /// <summary>
    /// Whether it still has a name in some folder, as far as that is known without waiting for a network; true where
    /// the system does not tell.
    /// </summary>
    public bool HasName() => ReadFacts(Blocking.Refused) is var now && (now.Links > 0 || !now.IsTellTale);

    /// <summary>From now on it counts as unchanged as long as it is not shorter than it was.</summary>
    public void MayGrow() => mayGrow = true;

    /// <inheritdoc/>
    public sealed override int Read(long position, Span<byte> destination) =>
        Math.Max(TryRead(position, destination), 0);

    /// <summary>
    /// Reads at a position, and tells the end, which is 0, from a disk that fails: <see cref="Failed"/>.
    /// </summary>
    public virtual int TryRead(long position, Span<byte> destination)
    {
        try
        {
            return RandomAccess.Read(handle, destination, position);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return Failed;
        }
    }

    /// <summary>A part of it need not stay in the kernel's memory, as far as this process is concerned.</summary>
    public virtual void Forget(long position, long length)
    {
    }

    /// <summary>
    /// Reads its first bytes, as many as there is room for; false when it has not so many any more, or that would
    /// block.
    /// </summary>
    public bool TryReadAll(Span<byte> destination, Blocking blocking)
    {
        for (var at = 0; at < destination.Length;)
        {
            var count = blocking == Blocking.Refused
                ? ReadCached(at, destination[at..])
                : Read(at, destination[at..]);
            if (count <= 0) return false;
            at += count;
        }
        return true;
    }

    /// <summary>What it is now.</summary>
    protected abstract FileFacts ReadFacts(Blocking blocking);

    /// <summary>Closes its descriptor.</summary>
    protected virtual void CloseHandle() => handle.Dispose();

    /// <inheritdoc/>
    protected sealed override void Close()
    {
        CloseHandle();
        WhenClosed?.Invoke();
    }

    private sealed record Believed(FileFacts Facts, long AtMs)
    {
        // So long what only grew since is taken to begin as it did: a log is written to all the time.
        private const int GrownMs = 250;

        public bool Covers(in FileFacts now) => now.HasContentOf(Facts)
            || (now.HasGrownFrom(Facts) && Environment.TickCount64 - AtMs < GrownMs);
    }
}

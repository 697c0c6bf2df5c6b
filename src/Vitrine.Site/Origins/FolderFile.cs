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
        return mayGrow ? now.Length >= facts.Length : now.HasContentOf(facts);
    }

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
}

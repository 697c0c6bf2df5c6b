using System.Runtime.InteropServices;

namespace Vitrine.Http.Replies;

/// <summary>
/// A file that is open for reading and shared: the cache and every reply that is being sent hold it, and the
/// last one to let go closes it. The message layer only carries it; what it is made of belongs to the site.
/// </summary>
public abstract class OpenFile
{
    private ShareCount shares;

    /// <summary>The descriptor, for a transport that can hand it to the kernel (<c>sendfile</c>).</summary>
    public abstract SafeHandle Handle { get; }

    /// <summary>Where in the descriptor's file its bytes begin.</summary>
    public virtual long Offset => 0;

    /// <summary>
    /// Whether nobody but this process can change it: then it is sent from where it is in the kernel's memory, without
    /// a copy that would have to be checked.
    /// </summary>
    public virtual bool IsPrivate => false;

    /// <summary>False as soon as the file's content may not be what it was when it was opened.</summary>
    public abstract bool IsUnchanged();

    /// <summary>Reads at a position; returns the number of bytes read, 0 at the end or on an error.</summary>
    public abstract int Read(long position, Span<byte> destination);

    /// <summary>What <see cref="ReadCached"/> returns when it would have to wait for the disk.</summary>
    public const int WouldBlock = -1;

    /// <summary>
    /// Reads as <see cref="Read"/> does, but only what is in memory; <see cref="WouldBlock"/> when the first
    /// byte is not, or nobody can tell.
    /// </summary>
    public abstract int ReadCached(long position, Span<byte> destination);

    /// <summary>
    /// Has the beginning of a window that is not in memory read into it by another thread, which posts <paramref
    /// name="token"/> when that is done or has failed. False, and nothing is posted, when it is there or nobody can
    /// tell: then it can be sent. Either way so many bytes of it as are <paramref name="known"/> need not be asked for
    /// again.
    /// </summary>
    public virtual bool TryReadAhead(long position, long length, IInbox inbox, long token, out long known)
    {
        known = length;
        return false;
    }

    /// <summary>
    /// Has another thread find out whether it still holds what it did, although something was done to it: it posts
    /// <paramref name="token"/>, and then <see cref="IsUnchanged"/> tells. False, and nothing is posted, when that
    /// cannot be found out, or was, and it does not.
    /// </summary>
    public virtual bool TryCheckAgain(IInbox inbox, long token) => false;

    /// <summary>
    /// Takes a share. Only for who knows that somebody else holds one: see <see cref="TryAcquire"/>.
    /// </summary>
    public void Acquire()
    {
        ObjectDisposedException.ThrowIf(!TryAcquire(), this);
    }

    /// <summary>Takes a share. False when the last one was given back already.</summary>
    public bool TryAcquire() => shares.TryAcquire();

    /// <summary>Gives a share back; the last one closes the file.</summary>
    public void Release()
    {
        if (shares.Release()) Close();
    }

    /// <summary>Closes it.</summary>
    protected abstract void Close();
}

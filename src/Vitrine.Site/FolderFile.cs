using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Vitrine.Http.Replies;

namespace Vitrine.Site;

/// <summary>An open regular file and what it was when it was opened.</summary>
internal sealed class FolderFile(
    SafeFileHandle handle, FileFacts facts, Func<SafeFileHandle, FileFacts> readFacts) : OpenFile
{
    private FileFacts seen;
    private Lock? growing; // several may be sending it, each checking

    /// <summary>What it was when it was opened.</summary>
    public FileFacts Facts => facts;

    /// <inheritdoc/>
    public override SafeHandle Handle => handle;

    /// <inheritdoc/>
    public override bool IsUnchanged()
    {
        if (growing is null) return readFacts(handle).HasContentOf(facts);
        lock (growing)
        {
            var now = readFacts(handle);
            var isSame = now.HasContentOf(seen) || now.HasGrownFrom(seen);
            seen = now;
            return isSame;
        }
    }

    /// <summary>From now on it counts as unchanged as long as it only grows.</summary>
    public void MayGrow()
    {
        seen = facts;
        growing = new Lock();
    }

    /// <inheritdoc/>
    public override int Read(long position, Span<byte> destination)
    {
        try
        {
            return RandomAccess.Read(handle, destination, position);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <inheritdoc/>
    protected override void Close() => handle.Dispose();
}

using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Vitrine.Http.Replies;
using Vitrine.Site.Origins.Linux;

namespace Vitrine.Site.Memory;

/// <summary>A copy of a body in a <see cref="Spool"/>. With the last share it is not needed any more.</summary>
[SupportedOSPlatform("linux")]
internal sealed class SpooledBody(Spool spool, long offset, int length) : OpenFile
{
    // What was in memory so short a time ago is taken to be there.
    private const int WarmMs = 1_000;

    private long warmMs = Environment.TickCount64; // it was just written

    /// <inheritdoc/>
    public override SafeHandle Handle => spool.Handle;

    /// <inheritdoc/>
    public override long Offset => offset;

    /// <inheritdoc/>
    public override bool IsPrivate => true;

    /// <inheritdoc/>
    public override bool IsUnchanged() => true;

    /// <inheritdoc/>
    public override int Read(long position, Span<byte> destination)
    {
        try
        {
            return RandomAccess.Read(spool.Handle, Within(position, destination), offset + position);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <inheritdoc/>
    public override int ReadCached(long position, Span<byte> destination) => LinuxFile.ReadCached(
        (int)spool.Handle.DangerousGetHandle(), offset + position, Within(position, destination));

    /// <inheritdoc/>
    public override bool TryReadAhead(long position, long count, IInbox inbox, long token, out long known)
    {
        known = count;
        var now = Environment.TickCount64;
        if (now - Volatile.Read(ref warmMs) < WarmMs) return false;
        if (LinuxFile.IsCold(spool.Handle, offset + position)
            || LinuxFile.IsCold(spool.Handle, offset + position + count - 1))
        {
            Acquire();
            ColdReads.Add(new ColdWindow(this, 0, position, count, inbox, token));
            return true;
        }
        Volatile.Write(ref warmMs, now);
        return false;
    }

    /// <inheritdoc/>
    protected override void Close() => spool.GiveBack(length);

    private Span<byte> Within(long position, Span<byte> destination) =>
        destination[..(int)Math.Min(destination.Length, length - position)];
}

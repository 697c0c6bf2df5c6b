using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Vitrine.Http.Replies;

namespace Vitrine.Tests.Http.Replies;

/// <summary>A file of given bytes that counts how often it was closed.</summary>
internal sealed class FakeFile(byte[] content) : OpenFile
{
    private int closings;

    public int Closings => Volatile.Read(ref closings);

    public override SafeHandle Handle { get; } = new SafeFileHandle(-1, ownsHandle: false);

    public bool IsOwn { get; init; }

    public override bool IsPrivate => IsOwn;

    public override bool IsUnchanged() => true;

    public override int Read(long position, Span<byte> destination)
    {
        var count = (int)Math.Clamp(content.Length - position, 0, destination.Length);
        content.AsSpan((int)position, count).CopyTo(destination);
        return count;
    }

    public override int ReadCached(long position, Span<byte> destination) => Read(position, destination);

    protected override void Close() => Interlocked.Increment(ref closings);
}

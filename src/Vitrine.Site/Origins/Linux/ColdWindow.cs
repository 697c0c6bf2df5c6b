using System.Runtime.Versioning;
using Vitrine.Http.Replies;

namespace Vitrine.Site.Origins.Linux;

/// <summary>
/// A window of a file on its way into the kernel's memory: a thread of <see cref="ColdReads"/> waits for the disk, so
/// that no worker does. It has a share of the file meanwhile.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class ColdWindow(
    OpenFile file, ulong device, long position, long length, IInbox inbox, long token)
{
    /// <summary>So much is waited for: no less than is sent at once, else a worker would wait for the rest.</summary>
    public const int WaitedBytes = 2 * 1024 * 1024;

    // What is sent next is asked for too, and not waited for.
    private const int AheadBytes = 4 * 1024 * 1024;

    // The kernel reads in pieces of about this size, one after the other.
    private const int StepBytes = 128 * 1024;

    /// <summary>The file system that it lies on.</summary>
    public ulong Device => device;

    /// <summary>Reads it, and tells whoever waits.</summary>
    public void Read()
    {
        Span<byte> one = stackalloc byte[1];
        var descriptor = (int)file.Handle.DangerousGetHandle();
        _ = Libc.readahead(descriptor, file.Offset + position, (nuint)Math.Min(length, AheadBytes));
        var waited = Math.Min(length, WaitedBytes);
        // A byte of each piece, until one cannot be read.
        for (var at = 0L; at < waited - 1 && file.Read(position + at, one) > 0; at += StepBytes)
        {
        }
        file.Read(position + waited - 1, one);
        LetGo();
    }

    /// <summary>Tells whoever waits that it is not read.</summary>
    public void LetGo()
    {
        file.Release();
        inbox.Post(token);
    }
}

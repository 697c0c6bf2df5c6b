using System.Runtime.Versioning;
using Vitrine.Http.Replies;

namespace Vitrine.Site.Linux;

/// <summary>
/// A window of a file on its way into the kernel's memory: a thread of the pool waits for the disk, so that no worker
/// does. It has a share of the file meanwhile.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class ColdWindow(LinuxFile file, long position, long length, IInbox inbox, long token)
    : IThreadPoolWorkItem
{
    // What comes behind it is asked for too, and not waited for.
    private const long AheadBytes = 2 * 1024 * 1024;

    // The kernel reads in pieces of about this size, one after the other.
    private const int StepBytes = 128 * 1024;

    /// <inheritdoc/>
    public void Execute()
    {
        Span<byte> one = stackalloc byte[1];
        _ = Libc.readahead((int)file.Handle.DangerousGetHandle(), position, (nuint)Math.Max(length, AheadBytes));
        // A byte of each piece, until one cannot be read.
        for (var at = 0L; at < length - 1 && file.TryRead(position + at, one) > 0; at += StepBytes)
        {
        }
        file.TryRead(position + length - 1, one);
        file.Release();
        inbox.Post(token);
    }
}

using System.Collections.Concurrent;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Vitrine.Site.Origins.Linux;

namespace Vitrine.Site.Memory;

/// <summary>
/// The copies of bodies in a <see cref="SpoolFile"/>. Nobody else can change them: so the kernel sends them from its
/// memory as they are, without a look at what they are copies of; and may take that memory back. One thread adds; any
/// gives back.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class Spool(SpoolFile file) : IDisposable
{
    // Each body begins on a page of its own, so that what is given back are whole pages: what of them is on its way to
    // a client stays as it is, and the place is never written again.
    private const int PageBytes = 4096;
    private const long MostOffset = 1L << 43; // a file of ext4 ends there, at the least

    private readonly ConcurrentQueue<(long Offset, long Bytes)> givenBack = new();
    private long mostBytes = file.MostBytes;
    private long usedBytes;
    private long end;

    /// <summary>The file.</summary>
    public SafeFileHandle Handle => file.Handle;

    /// <summary>Bytes that bodies take.</summary>
    public long UsedBytes => Volatile.Read(ref usedBytes);

    /// <summary>Whether there is room for so many bytes more.</summary>
    public bool HasRoom(long bytes) => UsedBytes + RoundUp(bytes) <= Volatile.Read(ref mostBytes);

    /// <summary>Adds a copy of a body; null when there is no room, or the disk is full or fails. May wait for
    /// it.</summary>
    public SpooledBody? TryAdd(ReadOnlySpan<byte> body)
    {
        Reclaim();
        if (!HasRoom(body.Length) || end > MostOffset) return null;
        try
        {
            RandomAccess.Write(Handle, body, end);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Volatile.Write(ref mostBytes, UsedBytes); // somebody else needs the disk
            return null;
        }
        var added = new SpooledBody(this, end, body.Length);
        end += RoundUp(body.Length);
        Interlocked.Add(ref usedBytes, RoundUp(body.Length));
        return added;
    }

    /// <summary>A body is not needed any more.</summary>
    public void GiveBack(long offset, long bytes) => givenBack.Enqueue((offset, RoundUp(bytes)));

    /// <summary>Gives the disk back what is not needed any more. May wait for it.</summary>
    public void Reclaim()
    {
        while (givenBack.TryDequeue(out var part))
        {
            const int Mode = Libc.FALLOC_FL_PUNCH_HOLE | Libc.FALLOC_FL_KEEP_SIZE;
            if (Libc.fallocate((int)Handle.DangerousGetHandle(), Mode, (nint)part.Offset, (nint)part.Bytes) != 0)
                Interlocked.Add(ref mostBytes, -part.Bytes); // it stays where it is
            Interlocked.Add(ref usedBytes, -part.Bytes);
        }
    }

    /// <summary>Closes it, and with that it is gone.</summary>
    public void Dispose() => file.Dispose();

    private static long RoundUp(long bytes) => (bytes + PageBytes - 1) / PageBytes * PageBytes;
}

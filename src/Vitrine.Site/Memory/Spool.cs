using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Vitrine.Site.Memory;

/// <summary>
/// The copies of bodies in a <see cref="SpoolFile"/>. Nobody else can change them: so the kernel sends them from its
/// memory as they are, without a look at what they are copies of; and may take that memory back. Nor is a place written
/// again, or given back alone, since that could change what is on its way to a client: the kernel may hold the end of
/// one body and the beginning of the next in one piece, and writes zeros into it when a part of it goes. The file is
/// emptied as a whole, once nobody has a share of any copy. One thread adds and empties; any gives back.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class Spool(SpoolFile file) : IDisposable
{
    // Each body begins on a page of its own.
    private const int PageBytes = 4096;

    private long mostBytes = file.MostBytes;
    private long end;
    private long liveBytes;

    /// <summary>The file.</summary>
    public SafeFileHandle Handle => file.Handle;

    /// <summary>Bytes of the file: those that nobody needs any more count until it is emptied.</summary>
    public long Bytes => Volatile.Read(ref end);

    /// <summary>Whether it is full, and half of what is in it is not needed any more.</summary>
    public bool IsWorthEmptying => Volatile.Read(ref liveBytes) <= Bytes / 2 && !HasRoom(mostBytes / 2);

    /// <summary>Whether there is room for so many bytes more.</summary>
    public bool HasRoom(long bytes) => Bytes + RoundUp(bytes) <= Volatile.Read(ref mostBytes);

    /// <summary>Adds a copy of a body; null when there is no room, or the disk is full or fails. May wait for
    /// it.</summary>
    public SpooledBody? TryAdd(ReadOnlySpan<byte> body)
    {
        if (!HasRoom(body.Length)) return null;
        try
        {
            RandomAccess.Write(Handle, body, end);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Volatile.Write(ref mostBytes, end); // somebody else needs the disk
            return null;
        }
        var added = new SpooledBody(this, end, body.Length);
        Interlocked.Add(ref liveBytes, RoundUp(body.Length));
        Volatile.Write(ref end, end + RoundUp(body.Length));
        return added;
    }

    /// <summary>A body is not needed any more.</summary>
    public void GiveBack(long bytes) => Interlocked.Add(ref liveBytes, -RoundUp(bytes));

    /// <summary>Empties it; false when somebody has a share of a copy, or the disk fails. May wait for it.</summary>
    public bool TryEmpty()
    {
        if (Volatile.Read(ref liveBytes) > 0) return false;
        try
        {
            // What of it is on its way to a client stays as it is: whole pages leave the file, and none is written to.
            RandomAccess.SetLength(Handle, 0);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
        Volatile.Write(ref end, 0);
        return true;
    }

    /// <summary>Closes it, and with that it is gone.</summary>
    public void Dispose() => file.Dispose();

    private static long RoundUp(long bytes) => (bytes + PageBytes - 1) / PageBytes * PageBytes;
}

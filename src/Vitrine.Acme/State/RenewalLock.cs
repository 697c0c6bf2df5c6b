using System.Text.Json;
using Vitrine.Acme.Protocol;

namespace Vitrine.Acme.State;

/// <summary>
/// Sees to it that of several processes, on one machine or on several that share a folder, one asks for a certificate:
/// a file that only one can make, and that is written anew every few seconds for as long as it holds. One that was not,
/// is of a process that has ended, and is taken over.
/// </summary>
internal sealed class RenewalLock : IDisposable
{
    /// <summary>How often it is written anew.</summary>
    public static readonly TimeSpan Refresh = TimeSpan.FromSeconds(5);

    // Twice that, and something for clocks that differ.
    private static readonly TimeSpan Stale = TimeSpan.FromSeconds(15);

    private readonly string path;
    private readonly TimeProvider time;
    private readonly DateTimeOffset created;
    private readonly string owner;
    private readonly ITimer timer;

    private RenewalLock(string path, TimeProvider time, LockMark mark)
    {
        this.path = path;
        this.time = time;
        (created, owner) = (mark.Created, mark.Owner!);
        timer = time.CreateTimer(_ => Keep(), null, Refresh, Refresh);
    }

    /// <summary>Takes it; null when another has it.</summary>
    public static RenewalLock? TryTake(string path, TimeProvider time)
    {
        var now = time.GetUtcNow();
        var mark = new LockMark(now, now) { Owner = $"{Environment.MachineName}-{Guid.NewGuid():N}" };
        var content = JsonSerializer.SerializeToUtf8Bytes(mark, AcmeJson.Default.LockMark);
        if (AtomicFile.TryMake(path, content)) return new RenewalLock(path, time, mark);
        if (IsHeld(path, now)) return null;
        return TryTakeOver(path, content, now) ? new RenewalLock(path, time, mark) : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        timer.Dispose();
        if (Read(path)?.Owner == owner) AtomicFile.TryDelete(path);
    }

    // One at a time takes over, and looks once more: another may have done so. Nor is there ever a moment without a
    // lock.
    private static bool TryTakeOver(string path, byte[] content, DateTimeOffset now)
    {
        var guard = path + ".taken-over";
        if (!AtomicFile.TryMake(guard, []))
        {
            if (DateTime.UtcNow - File.GetLastWriteTimeUtc(guard) > Stale) AtomicFile.TryDelete(guard); // it was left
            return false;
        }
        try
        {
            if (IsHeld(path, now)) return false;
            AtomicFile.Write(path, content);
            return true;
        }
        finally
        {
            AtomicFile.TryDelete(guard);
        }
    }

    // One in which nothing stands yet is written just now.
    private static bool IsHeld(string path, DateTimeOffset now) => Read(path) is { } mark
        ? (now - mark.Updated).Duration() < Stale
        : DateTime.UtcNow - File.GetLastWriteTimeUtc(path) < Stale;

    private static LockMark? Read(string path)
    {
        try
        {
            return AtomicFile.TryRead(path) is { } content
                ? JsonSerializer.Deserialize(content, AcmeJson.Default.LockMark)
                : null;
        }
        catch (Exception fault) when (fault is JsonException or IOException)
        {
            return null;
        }
    }

    private void Keep()
    {
        try
        {
            if (Read(path)?.Owner != owner) return; // it took so long that another has it
            var mark = new LockMark(created, time.GetUtcNow()) { Owner = owner };
            AtomicFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(mark, AcmeJson.Default.LockMark));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // It may be again in a few seconds; else another takes over what we do.
        }
    }
}

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
        if (Read(path) is { } other && IsFresh(other, now)) return null;
        if (!TryClear(path, now)) return null;
        return AtomicFile.TryMake(path, content) ? new RenewalLock(path, time, mark) : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        timer.Dispose();
        if (Read(path)?.Owner == owner) AtomicFile.TryDelete(path);
    }

    // Moved and not deleted: what another has made meanwhile is seen, and put back.
    private static bool TryClear(string path, DateTimeOffset now)
    {
        var aside = $"{path}.{Guid.NewGuid():N}";
        try
        {
            File.Move(path, aside);
            if (Read(aside) is not { } moved || !IsFresh(moved, now)) return true;
            File.Move(aside, path);
            return false;
        }
        catch (IOException)
        {
            return false;
        }
        finally
        {
            AtomicFile.TryDelete(aside);
        }
    }

    private static bool IsFresh(LockMark mark, DateTimeOffset now) => (now - mark.Updated).Duration() < Stale;

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
            var mark = new LockMark(created, time.GetUtcNow()) { Owner = owner };
            AtomicFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(mark, AcmeJson.Default.LockMark));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // It may be again in a few seconds; else another takes over what we do.
        }
    }
}

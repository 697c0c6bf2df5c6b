using System.Collections.Concurrent;
using System.Runtime.Versioning;
using Vitrine.Http.Replies;
using Vitrine.Site.Cache;
using Vitrine.Site.Content;
using Vitrine.Site.Memory;
using Vitrine.Site.Origins;

namespace Vitrine.Site.Loading;

/// <summary>
/// Has bodies copied to the <see cref="Spool"/>: as long as it has room those that are left to the disk when they are
/// first read, then those that are asked for again; and those that go for want of memory and cannot be left there. On a
/// thread of its own, so that a slow disk keeps nobody waiting.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class Spooling : IBodyCopies, IDisposable
{
    private const int MostWaiting = 256;
    private const int StackBytes = 256 * 1024;

    private readonly IOrigin origin;
    private readonly Representations representations;
    private readonly Spool spool;
    private readonly Action<Exception>? onFault;
    private readonly BlockingCollection<(CacheEntry Entry, Outcome Outcome)> waiting = new(MostWaiting);
    private byte[] body = [];

    /// <summary>Takes over the spool.</summary>
    public Spooling(
        IOrigin origin,
        Representations representations,
        Spool spool,
        Action<Exception>? onFault)
    {
        this.origin = origin;
        this.representations = representations;
        this.spool = spool;
        this.onFault = onFault;
        new Thread(Run, StackBytes) { IsBackground = true, Name = "vitrine spool" }.Start();
    }

    /// <summary>How many bytes are copied.</summary>
    public long Bytes => spool.Bytes;

    /// <inheritdoc/>
    public bool HasRoom(long bytes) => spool.HasRoom(bytes);

    /// <inheritdoc/>
    public void Want(CacheEntry entry, Outcome outcome)
    {
        if (entry.IsToBeCopied || !MayAdd(LengthOf(outcome)) || !outcome.TryAcquire()) return;
        var isAdded = false;
        try
        {
            entry.IsToBeCopied = true; // first: it may be copied at once
            isAdded = waiting.TryAdd((entry, outcome));
        }
        catch (InvalidOperationException)
        {
            // The site is closed.
        }
        if (isAdded) return;
        entry.IsToBeCopied = false;
        outcome.Release();
    }

    /// <summary>Ends it.</summary>
    public void Dispose() => waiting.CompleteAdding();

    private bool MayAdd(long bytes) => spool.HasRoom(bytes) || spool.IsWorthEmptying;

    private void Run()
    {
        foreach (var (entry, outcome) in waiting.GetConsumingEnumerable())
        {
            try
            {
                Copy(entry, outcome);
            }
#pragma warning disable CA1031 // whatever it is: it is sent as before
            catch (Exception fault)
            {
                onFault?.Invoke(fault);
            }
#pragma warning restore CA1031
            outcome.Release();
            entry.IsToBeCopied = false;
        }
        spool.Dispose();
        waiting.Dispose();
    }

    private static long LengthOf(Outcome outcome) =>
        outcome.Content!.Length + outcome.Encoded.Sum(other => other.Content.Length);

    private void Copy(CacheEntry entry, Outcome outcome)
    {
        var length = LengthOf(outcome);
        if (!spool.HasRoom(length) && !(TryEmpty() && spool.HasRoom(length))) return;
        if (outcome.IsLeft && !TryRead(outcome)) return;
        var copies = new List<OpenFile>(1 + outcome.Encoded.Length);
        if (Add(outcome.Content!) && outcome.Encoded.All(other => Add(other.Content)))
        {
            representations.PutCopied(entry, outcome.With(copies[0], copies[1..]));
            return;
        }
        foreach (var copy in copies) copy.Release();

        bool Add(Representation content)
        {
            var bytes = content.Body is { } held ? held.Span : body.AsSpan(0, (int)content.Length);
            if (spool.TryAdd(bytes) is { } copy) copies.Add(copy);
            else return false;
            return true;
        }
    }

    // Its tag says whether what is read is what it stands for, whatever happens to the file meanwhile.
    private bool TryRead(Outcome outcome)
    {
        var (content, seen) = (outcome.Content!, outcome.Evidence!);
        if (origin.TryOpenFile(seen.FileName, Blocking.Allowed, out var file) != OpenError.None) return false;
        try
        {
            if (file!.Facts != seen.Facts) return false;
            if (body.Length < content.Length) body = new byte[content.Length];
            var read = body.AsSpan(0, (int)content.Length);
            return file.TryReadAll(read, Blocking.Allowed) && ContentTag.IsOf(content.EntityTag, read);
        }
        finally
        {
            file!.Release();
        }
    }

    // All copies go, also those that are asked for: they are made again, when they are. What a client is sent right now
    // holds it up; until then the others are sent from their files.
    private bool TryEmpty()
    {
        if (!spool.IsWorthEmptying) return false;
        representations.EvictCopies();
        return spool.TryEmpty();
    }
}

namespace Vitrine.Attacks.Faults;

/// <summary>Changes the files of one kind, hundreds of times a second.</summary>
internal sealed class Rewriter : IDisposable
{
    private const int MostPauseMs = 6;

    private static int lastVersion;

    private readonly string folder;
    private readonly RewrittenFile[] files;
    private readonly Rewriting rewriting;
    private readonly Thread thread;
    private readonly byte[] bytes;
    private volatile bool isOver;
    private Exception? fault;

    /// <summary>Writes them once, and starts.</summary>
    /// <param name="folder">Where they are.</param>
    /// <param name="rewriting">Which of them.</param>
    public Rewriter(string folder, Rewriting rewriting)
    {
        this.folder = folder;
        this.rewriting = rewriting;
        files = [.. RewrittenFile.All.Where(file => file.Rewriting == rewriting)];
        bytes = new byte[files.Max(file => file.Length)];
        foreach (var file in files) Overwrite(file);
        // With everybody's priority: who is stopped in the middle of a write leaves a file that rests half written.
        thread = new Thread(Run) { IsBackground = true };
        thread.Start();
    }

    /// <summary>How many times a file was changed.</summary>
    public int Count { get; private set; }

    public void Dispose()
    {
        isOver = true;
        thread.Join();
        if (fault is not null) throw new InvalidOperationException(fault.Message, fault);
    }

    private void Run()
    {
        var random = new Random((int)rewriting);
        try
        {
            for (; !isOver; Count++)
            {
                Thread.Sleep(random.Next(MostPauseMs + 1));
                var file = RewrittenFile.Pick(random, files, 80, 16, 3, 1);
                if (rewriting == Rewriting.ByRename) Replace(file);
                else if (rewriting == Rewriting.Truncated && random.Next(2) == 0) Cut(file, random);
                else Overwrite(file);
            }
        }
        catch (IOException failed)
        {
            fault = failed;
        }
    }

    private ReadOnlySpan<byte> NextVersion(RewrittenFile file)
    {
        var version = bytes.AsSpan(0, file.Length);
        VersionedBytes.Fill(version, (uint)Interlocked.Increment(ref lastVersion));
        return version;
    }

    private void Overwrite(RewrittenFile file)
    {
        var version = NextVersion(file);
        using var handle = File.OpenHandle(PathOf(file), FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        RandomAccess.Write(handle, version, 0);
    }

    private void Cut(RewrittenFile file, Random random)
    {
        using var handle = File.OpenHandle(PathOf(file), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        // Never longer than it is: what came then would be of no version.
        var words = (int)(RandomAccess.GetLength(handle) / VersionedBytes.Word);
        RandomAccess.SetLength(handle, (long)random.Next(words + 1) * VersionedBytes.Word);
    }

    private void Replace(RewrittenFile file)
    {
        var other = PathOf(file) + ".new";
        File.WriteAllBytes(other, NextVersion(file));
        File.Move(other, PathOf(file), overwrite: true);
    }

    private string PathOf(RewrittenFile file) => Path.Combine(folder, file.Name);
}

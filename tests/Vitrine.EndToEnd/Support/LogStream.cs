using System.Text;

namespace Vitrine.EndToEnd.Support;

/// <summary>Takes a server's log; can be made to block, or to be gone.</summary>
internal sealed class LogStream : Stream
{
    private readonly Lock gate = new();
    private readonly MemoryStream written = new();
    private readonly ManualResetEventSlim open = new(true);
    private volatile bool isGone;
    private volatile bool isWaitedFor;

    /// <summary>Whether somebody tried to write while it was blocked or gone.</summary>
    public bool WasTried => isWaitedFor;

    public string Text
    {
        get
        {
            lock (gate) return Encoding.Latin1.GetString(written.ToArray());
        }
    }

    public string[] Lines => Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>From now on a write waits.</summary>
    public void Block() => open.Reset();

    /// <summary>Writes go on.</summary>
    public void Unblock() => open.Set();

    /// <summary>From now on a write fails, as into a pipe that nobody reads any more.</summary>
    public void Break() => isGone = true;

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (isGone || !open.IsSet) isWaitedFor = true;
        if (isGone) throw new IOException("Broken pipe");
        open.Wait();
        lock (gate) written.Write(buffer);
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            open.Set();
            written.Dispose();
        }
        base.Dispose(disposing);
    }
}

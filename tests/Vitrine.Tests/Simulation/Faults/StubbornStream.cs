namespace Vitrine.Tests.Simulation.Faults;

/// <summary>A place for a log that does not take it as it should.</summary>
internal sealed class StubbornStream(StubbornStream.Mood mood) : Stream
{
    private readonly ManualResetEventSlim opened = new();
    private long written;

    internal enum Mood
    {
        /// <summary>It takes all.</summary>
        Willing,

        /// <summary>It takes its time.</summary>
        Slow,

        /// <summary>It takes nothing until the end: a full pipe.</summary>
        Full,

        /// <summary>It is closed.</summary>
        Closed,

        /// <summary>It is closed after a while, as a full disk is.</summary>
        SoonClosed,
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => Interlocked.Read(ref written);

    public override long Position
    {
        get => Length;
        set => throw new NotSupportedException();
    }

    /// <summary>From now on it takes all.</summary>
    public void Open() => opened.Set();

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        switch (mood)
        {
            case Mood.Slow:
                opened.Wait(1);
                break;
            case Mood.Full:
                opened.Wait();
                break;
            case Mood.Closed:
                throw new ObjectDisposedException(nameof(StubbornStream));
            case Mood.SoonClosed when Length > 10_000:
                throw new IOException("No space left on device");
        }
        Interlocked.Add(ref written, buffer.Length);
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) opened.Dispose();
        base.Dispose(disposing);
    }
}

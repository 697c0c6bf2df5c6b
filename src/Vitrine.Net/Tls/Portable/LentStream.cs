using System.Threading.Tasks.Sources;

namespace Vitrine.Net.Tls.Portable;

/// <summary>
/// The wire under an SslStream: reads what was lent for this call, and waits when that is used up; what is written goes
/// to the engine at once. All of it on one thread, and who waited goes on inside of <see cref="Lend"/>.
/// </summary>
internal sealed unsafe class LentStream(StreamEngine engine) : Stream, IValueTaskSource<int>
{
    private ManualResetValueTaskSourceCore<int> promise;
    private Memory<byte> waitsFor;
    private bool isWaiting;
    private bool hasEnded;
    private byte* input;
    private int length;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Lends bytes until they are returned; who waits for some goes on.</summary>
    public void Lend(byte* bytes, int count)
    {
        input = bytes;
        length = count;
        if (isWaiting && length > 0) GoOn(Take(waitsFor.Span));
    }

    /// <summary>Takes them back.</summary>
    public void Return()
    {
        input = null;
        length = 0;
    }

    /// <summary>Nothing more comes.</summary>
    public void End()
    {
        hasEnded = true;
        if (isWaiting) GoOn(0);
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (length > 0 || hasEnded) return new ValueTask<int>(Take(buffer.Span));
        promise.Reset();
        waitsFor = buffer;
        isWaiting = true;
        return new ValueTask<int>(this, promise.Version);
    }

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (!hasEnded) engine.Send(buffer);
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    int IValueTaskSource<int>.GetResult(short token) => promise.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => promise.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        promise.OnCompleted(continuation, state, token, flags);

    private void GoOn(int count)
    {
        isWaiting = false;
        waitsFor = default;
        promise.SetResult(count);
    }

    private int Take(Span<byte> room)
    {
        var count = Math.Min(length, room.Length);
        new ReadOnlySpan<byte>(input, count).CopyTo(room);
        input += count;
        length -= count;
        return count;
    }
}

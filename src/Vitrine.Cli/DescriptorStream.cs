using System.Runtime.InteropServices;

namespace Vitrine.Cli;

/// <summary>
/// A descriptor that we were started with, to be written to and never closed: each write goes where the last one of
/// whoever shares it ended. (<see cref="FileStream"/> would write at a place of its own, and <see cref="Console"/>
/// would first make the terminal ready for reading keys.)
/// </summary>
internal sealed unsafe class DescriptorStream(int descriptor) : Stream
{
    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            for (var at = 0; at < buffer.Length;)
            {
                var count = Libc.write(descriptor, start + at, (nuint)(buffer.Length - at));
                if (count >= 0) at += (int)count;
                else Wait(Marshal.GetLastSystemError());
            }
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

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

    // Another program may have told the pipe or terminal that we share not to let its writers wait.
    private void Wait(int error)
    {
        if (error == Libc.EINTR) return;
        if (error != Libc.EAGAIN) throw new IOException(Marshal.GetPInvokeErrorMessage(error), error);
        var ready = new Libc.Pollfd { fd = descriptor, events = Libc.POLLOUT };
        _ = Libc.poll(&ready, 1, -1);
    }
}

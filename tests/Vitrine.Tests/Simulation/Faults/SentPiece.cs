namespace Vitrine.Tests.Simulation.Faults;

/// <summary>
/// Bytes on their way to a client: copied ones, or, as <c>sendfile</c> leaves them, pages of a file that others may
/// still write to.
/// </summary>
internal sealed class SentPiece(byte[]? bytes, Inode? file, long position, int length)
{
    private int taken;

    public int Left => length - taken;

    public bool IsReference => file is not null;

    /// <summary>Takes the next bytes as they are now.</summary>
    public void Take(int count, List<byte> received)
    {
        if (bytes is not null) received.AddRange(bytes.AsSpan(taken, count));
        else
        {
            // Pages that were cut off read as zeros.
            var at = (int)Math.Min(position + taken, file!.Bytes.Length);
            var there = Math.Min(count, file.Bytes.Length - at);
            received.AddRange(file.Bytes.AsSpan(at, there));
            for (; there < count; there++) received.Add(0);
        }
        taken += count;
    }
}

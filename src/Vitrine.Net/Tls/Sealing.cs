using Vitrine.Http.Replies;

namespace Vitrine.Net.Tls;

/// <summary>
/// Seals the front of an output: in whole records as far as there is enough, since each costs a header, a tag and some
/// time. A large piece of memory is sealed from where it is; small ones, and what is read of files, are put together
/// first.
/// </summary>
internal static class Sealing
{
    /// <summary>
    /// Seals as much as <paramref name="most"/>; returns how much of the output that was, or one of <see
    /// cref="TransportResult"/>.
    /// </summary>
    /// <param name="output">What is to be sent; not empty.</param>
    /// <param name="session">Seals it.</param>
    /// <param name="room">Where pieces are put together.</param>
    /// <param name="most">A number of whole records, at most the room.</param>
    public static long Seal(OutputQueue output, TlsSession session, Span<byte> room, int most)
    {
        long total = 0;
        var gathered = 0;
        long error = TransportResult.Broken;
        for (var i = 0; i < output.Count && total + gathered < most; i++)
        {
            ref readonly var segment = ref output[i];
            long position = 0;
            while (position < segment.Length && total + gathered < most)
            {
                var left = segment.Length - position;
                // What goes into the record that is begun; or all of what can go, when none is.
                var wanted = (int)Math.Min(left, most - total - gathered);
                if (segment.File is { } file)
                {
                    // Not the file behind another that was not asked for ahead of its turn.
                    if (i > 1) goto done;
                    var read = file.Read(segment.Position + position, room.Slice(gathered, wanted));
                    // As ADR 4 says: what was read counts only if nothing was changed since it was looked at.
                    if (!file.IsUnchanged()) (read, error) = (0, TransportResult.Changed);
                    else if (read <= 0) error = TransportResult.Unreadable;
                    if (read <= 0) goto done;
                    gathered += read;
                    position += read;
                    continue;
                }
                var begun = gathered % TlsEngine.RecordBytes;
                if (begun == 0 && wanted >= TlsEngine.RecordBytes)
                {
                    if (!session.Seal(room[..gathered])) return TransportResult.Broken;
                    total += gathered;
                    gathered = 0;
                    var isLast = i == output.Count - 1 && left == wanted;
                    var whole = isLast ? wanted : wanted - wanted % TlsEngine.RecordBytes;
                    if (!session.Seal(segment.Span.Slice((int)position, whole))) return TransportResult.Broken;
                    total += whole;
                    position += whole;
                    continue;
                }
                // Up to the end of a record, if the rest can be sealed from where it is.
                var taken = wanted - (TlsEngine.RecordBytes - begun) >= TlsEngine.RecordBytes
                    ? TlsEngine.RecordBytes - begun
                    : wanted;
                segment.Span.Slice((int)position, taken).CopyTo(room[gathered..]);
                gathered += taken;
                position += taken;
            }
        }
    done:
        if (gathered > 0 && !session.Seal(room[..gathered])) return TransportResult.Broken;
        total += gathered;
        return total > 0 ? total : error;
    }
}

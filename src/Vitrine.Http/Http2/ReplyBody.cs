using Vitrine.Http.Replies;
using Vitrine.Http.Text;

namespace Vitrine.Http.Http2;

/// <summary>What of a reply's body is still to be sent on a stream, with a share of where it is.</summary>
internal struct ReplyBody
{
    private Segment current;
    private Segment[]? others;
    private int next;

    /// <summary>How many bytes are left.</summary>
    public long Length { get; private set; }

    /// <summary>True when nothing is.</summary>
    public readonly bool IsEmpty => Length == 0;

    /// <summary>The piece that comes next.</summary>
    public readonly Segment Current => current;

    /// <summary>A window of a reply's content; takes a share of it.</summary>
    public static ReplyBody Of(in Reply reply, ByteRange window)
    {
        var segment = Window(reply, window);
        segment.Acquire();
        return new ReplyBody { current = segment, Length = window.Length };
    }

    /// <summary>Bytes that are the collector's.</summary>
    public static ReplyBody Of(PinnedBytes bytes) =>
        new() { current = new Segment { Memory = bytes, Length = bytes.Length }, Length = bytes.Length };

    /// <summary>Several windows with what stands between them; takes a share for each.</summary>
    public static ReplyBody Of(in Reply reply, MultipartBody parts)
    {
        var segments = new Segment[parts.Heads.Length * 2];
        for (var i = 0; i < parts.Windows.Length; i++)
        {
            segments[2 * i] = Own(parts.Heads[i]);
            segments[2 * i + 1] = Window(reply, parts.Windows[i]);
            segments[2 * i + 1].Acquire();
        }
        segments[^2] = Own(parts.Heads[^1]);
        return new ReplyBody { current = segments[0], others = segments[..^1], next = 1, Length = parts.Length };
    }

    /// <summary>Takes off what was sent of <see cref="Current"/>.</summary>
    public void Advance(long count)
    {
        Length -= count;
        current.Position += count;
        current.Length -= count;
        if (current.Length > 0) return;
        current.Release();
        current = others is not null && next < others.Length ? others[next++] : default;
    }

    /// <summary>Gives back what is left.</summary>
    public void Release()
    {
        current.Release();
        if (others is not null)
            foreach (ref readonly var segment in others.AsSpan(next)) segment.Release();
        this = default;
    }

    private static Segment Own(byte[] bytes) => new() { Memory = PinnedBytes.Copy(bytes), Length = bytes.Length };

    private static Segment Window(in Reply reply, ByteRange window) => new()
    {
        Memory = reply.File is null ? reply.Content!.Body : null,
        File = reply.File,
        IsBody = true,
        Position = window.Start,
        Length = window.Length,
    };
}

using Vitrine.Http.Replies;

namespace Vitrine.Http.Http2;

/// <summary>What comes of a request's body on a stream.</summary>
internal struct RequestBody(int window)
{
    /// <summary>How many there should be, if that was said.</summary>
    public long? Length;

    /// <summary>How many bytes more the peer may send.</summary>
    public int Window { get; set; } = window;

    /// <summary>How many came and were taken, for which it was not given room anew yet.</summary>
    public int Taken { get; set; }

    /// <summary>How many came.</summary>
    public long Received { get; set; }

    /// <summary>Whether all of it came, or there is none.</summary>
    public bool IsDone { get; set; }

    /// <summary>Where it goes; null throws it away.</summary>
    public IBodySink? Sink { get; set; }

    /// <summary>What that waits for before there is room for more.</summary>
    public PendingReply? Waits { get; set; }

    /// <summary>All of it is where it goes.</summary>
    public void Finish()
    {
        Sink?.Finish();
        Sink = null;
    }

    /// <summary>Nothing more of it is wanted.</summary>
    public void Release()
    {
        Sink?.Abandon();
        Waits?.Abandon();
        this = default;
    }
}

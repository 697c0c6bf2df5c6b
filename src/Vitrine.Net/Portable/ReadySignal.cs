using System.Collections.Concurrent;

namespace Vitrine.Net.Portable;

/// <summary>Events on their way from the completions' threads to the worker.</summary>
internal sealed class ReadySignal : IDisposable
{
    private readonly ConcurrentQueue<TransportEvent> events = new();
    private readonly AutoResetEvent signal = new(false);

    public void Post(in TransportEvent happened)
    {
        events.Enqueue(happened);
        Wake();
    }

    public void Wake()
    {
        try
        {
            signal.Set();
        }
        catch (ObjectDisposedException)
        {
            // A completion that came after the end.
        }
    }

    public int Wait(Span<TransportEvent> taken, int timeoutMs)
    {
        if (events.IsEmpty && timeoutMs != 0) signal.WaitOne(timeoutMs);
        var count = 0;
        while (count < taken.Length && events.TryDequeue(out var happened)) taken[count++] = happened;
        return count;
    }

    public void Dispose() => signal.Dispose();
}

namespace Vitrine.Attacks.Harness;

/// <summary>Looks at a process again and again, and keeps the most that it has seen.</summary>
internal sealed class Gauge : IDisposable
{
    private const int EveryMs = 100;

    // Counting what is shared walks all of the process's memory, which it notices.
    private const int PssEvery = 10;

    private readonly int process;
    private readonly Lock seen = new();
    private readonly CancellationTokenSource stop = new();
    private readonly Thread thread;
    private Usage most;

    public Gauge(int process)
    {
        this.process = process;
        thread = Threads.Start("gauge", Look);
    }

    /// <summary>The most of each so far.</summary>
    public Usage Most
    {
        get
        {
            lock (seen) return most;
        }
    }

    public void Dispose()
    {
        stop.Cancel();
        thread.Join();
        stop.Dispose();
    }

    private void Look()
    {
        for (var number = 0; !stop.Token.WaitHandle.WaitOne(EveryMs); number++)
        {
            try
            {
                var now = Usage.Of(process, number % PssEvery == 0);
                lock (seen) most = most.Max(now);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                return; // it has ended
            }
        }
    }
}

namespace Vitrine.Net;

/// <summary>A worker, whatever its transport.</summary>
public interface IWorker : IDisposable
{
    /// <summary>Serves until it is told to stop. On the thread that made it.</summary>
    void Run();

    /// <summary>Has it take no more connections, and end when those that there are have their replies. Any
    /// thread.</summary>
    void Stop();

    /// <summary>Has it end every connection at once. Any thread.</summary>
    void Abort();

    /// <summary>For how many milliseconds it has not come round, when it should have. Any thread.</summary>
    long Ping();
}

using System.Runtime.Versioning;
using Vitrine.Net;
using Vitrine.Net.Linux;
using Vitrine.Net.Portable;

namespace Vitrine.Server.Workers;

/// <summary>
/// Workers, each on a thread of its own, with the listeners that each takes: made first, then started all at once, and
/// ended together.
/// </summary>
internal sealed class WorkerSet(WorkerParts parts, Action whenEnded)
{
    private readonly TaskCompletionSource started = new();
    private readonly List<IWorker> workers = [];
    private int running;
    private volatile bool hasFailed;

    /// <summary>For how long the slowest of them has not come round, in milliseconds.</summary>
    public long SlowestMs => workers.Count == 0 ? 0 : workers.Max(worker => worker.Ping());

    /// <summary>Makes workers for listeners. Before the start.</summary>
    public void Add(Listeners listeners, int count)
    {
        for (var i = 0; i < count; i++)
        {
            running++;
            if (listeners.AreEpoll && OperatingSystem.IsLinux()) AddEpoll(listeners);
            else Add(() => new SocketTransport(listeners.Shared), listeners.Kinds);
        }
    }

    /// <summary>Has them take connections.</summary>
    public void Start() => started.SetResult();

    /// <summary>Ends those that were made, since not all could be: they never start.</summary>
    public void Fail()
    {
        hasFailed = true;
        started.SetResult();
        End();
    }

    /// <summary>Has them finish what is in flight, and end.</summary>
    public void Stop()
    {
        foreach (var worker in workers) worker.Stop();
    }

    /// <summary>Has them end at once.</summary>
    public void Abort()
    {
        foreach (var worker in workers) worker.Abort();
    }

    [SupportedOSPlatform("linux")]
    private void AddEpoll(Listeners listeners) =>
        Add(() => new EpollTransport(listeners.TakeForWorker()), listeners.Kinds);

    // A worker is made on its own thread: so what it writes to all the time does not lie side by side with what another
    // writes to, and no two processors take a line of memory from each other.
    private void Add<TTransport>(Func<TTransport> open, IReadOnlyList<ListenerKind> kinds)
        where TTransport : struct, ITransport
    {
        var made = new TaskCompletionSource<IWorker>();
        var thread = new Thread(() =>
        {
            try
            {
                made.SetResult(Make(open(), kinds));
            }
#pragma warning disable CA1031 // whatever it is: it is thrown where the server is started
            catch (Exception fault)
            {
                made.SetException(fault);
                return;
            }
#pragma warning restore CA1031
            Run(made.Task.Result);
        })
        {
            IsBackground = true,
            Name = $"{parts.Name} {workers.Count}",
        };
        thread.Start();
        workers.Add(made.Task.GetAwaiter().GetResult());
    }

    private Worker<TTransport> Make<TTransport>(TTransport transport, IReadOnlyList<ListenerKind> kinds)
        where TTransport : struct, ITransport =>
        new(transport, parts.MakeContext(), parts.Gate, parts.Tap, parts.Log, parts.OnFault, parts.Refusals)
        {
            MakesRoomAtOnce = parts.MakesRoomAtOnce,
            Listeners = kinds,
            Tls = parts.Tls?.Join(),
        };

    private void Run(IWorker worker)
    {
        started.Task.Wait();
        if (hasFailed) return;
        try
        {
            worker.Run();
        }
        catch (OutOfMemoryException fault)
        {
            // Before the runtime takes it for unhandled, which takes memory too.
            parts.OnFault?.Invoke(fault);
            throw;
        }
        finally
        {
            if (Interlocked.Decrement(ref running) == 0) End();
        }
    }

    private void End()
    {
        foreach (var worker in workers) worker.Dispose();
        whenEnded();
    }
}

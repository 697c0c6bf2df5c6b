using Vitrine.Attacks.Linux;

namespace Vitrine.Attacks.Harness;

/// <summary>Threads that have the processor only when nobody else wants it.</summary>
internal static class Threads
{
    private const int Nicest = 19;

    /// <summary>Starts one.</summary>
    public static Thread Start(string name, Action run)
    {
        var thread = new Thread(() =>
        {
            // On Linux this is the thread's alone.
            _ = Libc.setpriority(Libc.PRIO_PROCESS, 0, Nicest);
            run();
        })
        { Name = name, IsBackground = true };
        thread.Start();
        return thread;
    }

    /// <summary>Runs so many at a time and waits for all; what the first of them threw is thrown.</summary>
    public static void RunAll(int count, Action<int> run)
    {
        Exception? first = null;
        var threads = Enumerable.Range(0, count).Select(number => Start($"{number}", () =>
        {
            try
            {
                run(number);
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                Interlocked.CompareExchange(ref first, fault, null);
            }
        })).ToArray();
        foreach (var thread in threads) thread.Join();
        if (first is not null) throw new InvalidOperationException(first.Message, first);
    }
}

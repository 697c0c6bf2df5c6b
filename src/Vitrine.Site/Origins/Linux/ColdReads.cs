using System.Runtime.Versioning;

namespace Vitrine.Site.Origins.Linux;

/// <summary>
/// The threads that read <see cref="ColdWindow"/>s: a few for each file system, so that one that hangs keeps only those
/// waiting who want something of it. They end when there is nothing to read.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class ColdReads
{
    private const int ThreadsOfOne = 8;
    private const int StackBytes = 128 * 1024;

    private static readonly Lock Gate = new();
    private static readonly Dictionary<ulong, Disk> Disks = [];

    /// <summary>Has a window read, once it is its turn.</summary>
    public static void Add(ColdWindow window)
    {
        Disk? disk;
        lock (Gate)
        {
            if (!Disks.TryGetValue(window.Device, out disk)) Disks.Add(window.Device, disk = new Disk());
            disk.Waiting.Enqueue(window);
            if (disk.Threads == ThreadsOfOne) return;
            disk.Threads++;
        }
        try
        {
            var thread = new Thread(() => Run(window.Device, disk), StackBytes)
            {
                IsBackground = true,
                Name = "vitrine reader",
            };
            thread.Start();
        }
        catch (OutOfMemoryException)
        {
            // Somebody has to: the worker itself waits for the disk then.
            while (Take(window.Device, disk) is { } left) left.LetGo();
        }
    }

    private static void Run(ulong device, Disk disk)
    {
        while (Take(device, disk) is { } window) window.Read();
    }

    // The next window; null when this thread is not needed any more.
    private static ColdWindow? Take(ulong device, Disk disk)
    {
        lock (Gate)
        {
            if (disk.Waiting.TryDequeue(out var window)) return window;
            if (--disk.Threads == 0) Disks.Remove(device);
            return null;
        }
    }

    private sealed class Disk
    {
        public Queue<ColdWindow> Waiting { get; } = [];

        public int Threads { get; set; }
    }
}

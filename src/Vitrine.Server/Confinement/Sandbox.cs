using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.Versioning;

namespace Vitrine.Server.Confinement;

/// <summary>
/// Takes rights from this process that a server does not need, so that whoever gets control of it gets little with it:
/// on Linux Landlock (no reading but what the policy names, no writing, no programs, no connections) and a filter of
/// system calls. There is no way back. For a program of its own: in a process that does other things too, those lose
/// the rights as well.
/// </summary>
/// <remarks>
/// Landlock is a thread's own and inherited by threads that it starts, so <see cref="Enter"/> comes before anything
/// else that starts one, and takes the runtime's finalizer thread with it. Other threads that exist by then stay
/// outside: a native build has none, the JIT some of its own. The filter of <see cref="Seal"/> is for all threads.
/// </remarks>
public sealed class Sandbox
{
    private Sandbox()
    {
    }

    /// <summary>What may be read, besides what every program reads.</summary>
    public IReadOnlyList<string> Readable { get; private init; } = [];

    /// <summary>What is said where it is none.</summary>
    public const string NoLandlock =
        "there is no Landlock here (a kernel before Linux 5.13, or it is turned off or forbidden)";

    /// <summary>The version of Landlock that was applied; 0 is none.</summary>
    public int Landlock { get; private init; }

    /// <summary>Whether Landlock knows of ports (Linux 6.7); else connections are left to the filter.</summary>
    public bool CoversPorts => Landlock >= 4;

    /// <summary>How many threads of the runtime are outside.</summary>
    public int ThreadsOutside { get; private init; }

    /// <summary>Whether system calls are filtered.</summary>
    public bool IsSealed { get; private set; }

    /// <summary>
    /// Gives up what the policy does not name. On the thread that starts all others, before it does. Where the kernel
    /// has no Landlock, nothing is given up, and <see cref="Landlock"/> is 0.
    /// </summary>
    public static Sandbox Enter(SandboxPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        if (!OperatingSystem.IsLinux()) return new Sandbox();
        using var landlock = Confinement.Landlock.TryMake(policy);
        if (landlock is null) return new Sandbox();
        var outside = Threads();
        if (!landlock.RestrictThread()) return new Sandbox();
        outside.Remove(Libc.gettid());
        if (RestrictFinalizer(landlock) is { } finalizer) outside.Remove(finalizer);
        outside.IntersectWith(Threads()); // one that has ended meanwhile is no matter
        return new Sandbox
        {
            Readable = policy.Readable,
            Landlock = landlock.Version,
            ThreadsOutside = outside.Count,
        };
    }

    /// <summary>
    /// Filters system calls from now on: no program is started, no socket made, no identity changed. To be called when
    /// the server is up. Does nothing where there is no filter for the architecture.
    /// </summary>
    public void Seal() => IsSealed = OperatingSystem.IsLinux() && SeccompFilter.TrySet();

    [SupportedOSPlatform("linux")]
    private static HashSet<int> Threads()
    {
        const string Tasks = "/proc/self/task";
        try
        {
            return
            [
                .. Directory.GetDirectories(Tasks)
                    .Select(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture)),
            ];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return []; // a container without /proc: then it is not known
        }
    }

    // The runtime's one thread that was there before Main runs finalizers, and so this. Its id; null if it did not.
    [SupportedOSPlatform("linux")]
    private static int? RestrictFinalizer(Landlock landlock)
    {
        var result = new StrongBox<int>();
        Leave(landlock, result);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return result.Value > 0 ? result.Value : null;
    }

    [SupportedOSPlatform("linux")]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Leave(Landlock landlock, StrongBox<int> result) => _ = new OnFinalizerThread(landlock, result);

    [SupportedOSPlatform("linux")]
    private sealed class OnFinalizerThread(Landlock landlock, StrongBox<int> result)
    {
        ~OnFinalizerThread() => result.Value = landlock.RestrictThread() ? Libc.gettid() : 0;
    }
}

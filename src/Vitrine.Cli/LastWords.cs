using System.ComponentModel;
using System.Text;

namespace Vitrine.Cli;

/// <summary>
/// The end that nobody can go on from, in a sentence: for want of memory, because a file of the program cannot be
/// loaded any more, by a bug. Whoever runs the command should not have to read a stack trace.
/// </summary>
internal static class LastWords
{
    private const int CouldNotGoOn = 1;
    private const int NoMemory = 12; // ENOMEM, on every Unix

    // Made now: then there may be no memory for it.
    private static readonly byte[] OutOfMemory =
        ("vitrine: out of memory, or of threads (pids.max, ulimit -u); give it more, or let it keep fewer files "u8
        + "(--cache-mb).\n"u8).ToArray();

    private static readonly Stream Errors = StandardStreams.OpenError();

    private static int hasEnded;

    /// <summary>Has every such end explained, on whatever thread it happens.</summary>
    public static void Prepare() => AppDomain.CurrentDomain.UnhandledException += (_, unhandled) =>
    {
        if (unhandled.ExceptionObject is Exception fault) End(fault);
    };

    /// <summary>Whether want of memory is the cause of a fault.</summary>
    public static bool IsForWantOfMemory(Exception fault) =>
        fault is OutOfMemoryException
            or Win32Exception { NativeErrorCode: NoMemory } or IOException { HResult: NoMemory }
        || (fault.InnerException is { } inner && IsForWantOfMemory(inner));

    /// <summary>Says why, and ends the process.</summary>
    public static void End(Exception fault)
    {
        // Several threads may come to it at once.
        if (Interlocked.Exchange(ref hasEnded, 1) != 0) Thread.Sleep(Timeout.Infinite);
        try
        {
            Errors.Write(
                IsForWantOfMemory(fault) ? OutOfMemory : Encoding.UTF8.GetBytes($"vitrine: {Explain(fault)}\n"));
        }
        catch (IOException)
        {
            // Nobody hears them.
        }
        Environment.Exit(CouldNotGoOn);
    }

    private static string Explain(Exception fault)
    {
        // A type that cannot be made ready hides why.
        while (fault is TypeInitializationException or AggregateException && fault.InnerException is { } inner)
            fault = inner;
        var message = fault.Message.ReplaceLineEndings(" ");
        return fault is FileNotFoundException { FileName: not null } or FileLoadException or BadImageFormatException
            or DllNotFoundException
            ? $"a part of this program or of .NET cannot be loaded, as if it were not there or not readable: {message}"
            : $"this is a bug, please report it: {fault.GetType().Name}: {message}";
    }
}

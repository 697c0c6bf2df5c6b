using System.ComponentModel;
using Microsoft.Win32.SafeHandles;

namespace Vitrine.Cli;

/// <summary>
/// The end for want of memory, in words: nobody can go on from there, but whoever runs the command should not have to
/// read a stack trace.
/// </summary>
internal static class OutOfMemory
{
    private const int CouldNotGoOn = 1;
    private const int StandardError = 2;
    private const int NoMemory = 12; // ENOMEM, on every Unix

    // Made now: then there may be no memory for it.
    private static readonly byte[] Message =
        "vitrine: out of memory; give it more, or let it keep fewer files (--cache-mb).\n"u8.ToArray();

    // Not the console's, which makes ready for a terminal at the first write.
    private static readonly Stream Errors = OperatingSystem.IsWindows()
        ? Console.OpenStandardError()
        : new FileStream(new SafeFileHandle(StandardError, ownsHandle: false), FileAccess.Write, bufferSize: 0);

    private static int hasEnded;

    /// <summary>Has it explained, on whatever thread it happens.</summary>
    public static void Explain() => AppDomain.CurrentDomain.UnhandledException += (_, unhandled) =>
    {
        if (unhandled.ExceptionObject is Exception fault && IsCause(fault)) End();
    };

    /// <summary>Whether it is the cause of a fault.</summary>
    public static bool IsCause(Exception fault) =>
        fault is OutOfMemoryException
            or Win32Exception { NativeErrorCode: NoMemory } or IOException { HResult: NoMemory }
        || (fault.InnerException is { } inner && IsCause(inner));

    /// <summary>Says so, and ends the process.</summary>
    public static void End()
    {
        // Several threads may come to it at once.
        if (Interlocked.Exchange(ref hasEnded, 1) != 0) Thread.Sleep(Timeout.Infinite);
        Errors.Write(Message);
        Environment.Exit(CouldNotGoOn);
    }
}

namespace Vitrine.Cli;

/// <summary>
/// The descriptors 0, 1 and 2. A parent may start us with any of them closed. Then their numbers go to the next files
/// that are opened, and what is printed would end up in somebody's connection; or the runtime, which opens some before
/// this program runs, has one of them already, and what is printed would end up in the runtime.
/// </summary>
internal static unsafe class StandardDescriptors
{
    /// <summary>The number of the standard output.</summary>
    public const int Output = 1;

    /// <summary>The number of the standard error.</summary>
    public const int Error = 2;

    private static readonly bool[] Unusable = new bool[Error + 1];

    /// <summary>Whether it can be written to.</summary>
    public static bool IsUsable(int descriptor) => !Unusable[descriptor];

    /// <summary>Opens nothing in place of each that is closed. To be called first of all.</summary>
    public static void Fill()
    {
        if (OperatingSystem.IsWindows()) return;
        for (var descriptor = 0; descriptor <= Error; descriptor++)
        {
            var flags = Libc.fcntl(descriptor, Libc.F_GETFD);
            if (flags < 0) Unusable[descriptor] = !TryOpenNothing();
            // What we were given has outlived our start, and so is not closed by one: this is the runtime's own.
            else if ((flags & Libc.FD_CLOEXEC) != 0) Unusable[descriptor] = true;
        }
    }

    // Takes the lowest number that is free. Closed by nobody: that is the point. Where there is no
    // /dev/null, half a pipe keeps the number.
    private static bool TryOpenNothing()
    {
        if (Libc.open("/dev/null", Libc.O_RDWR) >= 0) return true;
        var ends = stackalloc int[2];
        if (Libc.pipe(ends) == 0) _ = Libc.close(ends[1]);
        return false;
    }
}

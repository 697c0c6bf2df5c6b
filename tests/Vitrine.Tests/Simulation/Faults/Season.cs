namespace Vitrine.Tests.Simulation.Faults;

/// <summary>What goes wrong more often than else for a while.</summary>
internal enum Season
{
    /// <summary>Little.</summary>
    Calm,

    /// <summary>Nothing is in the kernel's memory, and sockets seem to be full or empty.</summary>
    Cold,

    /// <summary>Reads and writes come short, and signals interrupt them.</summary>
    Short,

    /// <summary>There are no descriptors, and no memory for sockets (EMFILE, ENFILE, ENOBUFS).</summary>
    Exhausted,

    /// <summary>The disk fails (EIO).</summary>
    Failing,

    /// <summary>Everybody writes to files.</summary>
    Busy,
}

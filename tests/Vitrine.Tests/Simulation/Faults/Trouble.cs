namespace Vitrine.Tests.Simulation.Faults;

/// <summary>What may explain an error.</summary>
internal enum Trouble
{
    /// <summary>There were no descriptors: 503.</summary>
    Descriptors,

    /// <summary>The disk failed: 500.</summary>
    Disk,

    /// <summary>The file may not be read: 403.</summary>
    Rights,

    /// <summary>Somebody began to write to it.</summary>
    Writing,
}

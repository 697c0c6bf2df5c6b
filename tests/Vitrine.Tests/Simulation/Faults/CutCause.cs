namespace Vitrine.Tests.Simulation.Faults;

/// <summary>Why a connection may be cut.</summary>
internal enum CutCause
{
    /// <summary>For no reason.</summary>
    None,

    /// <summary>The network broke it, or the client.</summary>
    Broken,

    /// <summary>It could not be registered.</summary>
    Unregistered,

    /// <summary>The file that was being sent changed.</summary>
    Changed,

    /// <summary>There were more connections than may even be refused.</summary>
    Dropped,

    /// <summary>Another needed its place, and nothing was under way on it as far as the server knew.</summary>
    Displaced,
}

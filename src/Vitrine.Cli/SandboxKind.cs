namespace Vitrine.Cli;

/// <summary>What the process may read once it is in the sandbox.</summary>
internal enum SandboxKind
{
    /// <summary>Everything: there is no sandbox.</summary>
    None,

    /// <summary>The folder, and what is around it, so that another can take its place.</summary>
    Follow,

    /// <summary>The folder that is there at the start.</summary>
    Strict,

    /// <summary>The same, and system calls are filtered: a few percent of a small request's cost.</summary>
    Sealed,
}

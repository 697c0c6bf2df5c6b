namespace Vitrine.Tests.Simulation.Faults;

/// <summary>One request, as whoever made it knows it.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">What it asks for, however that was spelled.</param>
internal sealed record ScriptedRequest(string Method, string Path)
{
    /// <summary>What is sent.</summary>
    public string Text { get; init; } = "";

    /// <summary>The status that it has to get whatever is on the disk; 0 when that decides.</summary>
    public int Status { get; init; }

    /// <summary>Whether the reply is the connection's last.</summary>
    public bool IsLast { get; init; }

    /// <summary>Whether the reply has to say that it is not.</summary>
    public bool IsToldToStay { get; init; }

    public RangeSpec[] Ranges { get; init; } = [];

    public string? IfMatch { get; init; }

    public string? IfNoneMatch { get; init; }

    public string? IfRange { get; init; }

    public string? IfModifiedSince { get; init; }

    /// <summary>The codings that are accepted besides none.</summary>
    public string[] Codings { get; init; } = [];

    /// <summary>Where it ends in what the client sends.</summary>
    public int End { get; init; }

    /// <summary>Where it starts, but for an empty line before it.</summary>
    public int Start { get; init; }

    /// <summary>The name of the file that answers it.</summary>
    public string Name => (Path.EndsWith('/') ? Path + "index.html" : Path)[1..];
}

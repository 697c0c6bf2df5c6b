using System.Globalization;

namespace Vitrine.Tests.Simulation;

/// <summary>How one seed is run again.</summary>
internal static class Replay
{
    private const string Method = "The_seed_of_the_environment_is_replayed";

    /// <summary>The seed of the environment (<c>VITRINE_SEED</c>), or null.</summary>
    public static int? Seed => Number("VITRINE_SEED");

    /// <summary>How many connections the environment asks for (<c>VITRINE_SIMULATE</c>), or null.</summary>
    public static int? Connections => Number("VITRINE_SIMULATE");

    /// <summary>The one command that replays a seed with a class of tests.</summary>
    public static string Command(Type tests, int seed) => string.Create(
        CultureInfo.InvariantCulture,
        $"VITRINE_SEED={seed} dotnet test --project tests/Vitrine.Tests --filter-method {tests.FullName}.{Method}");

    private static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : null;
}

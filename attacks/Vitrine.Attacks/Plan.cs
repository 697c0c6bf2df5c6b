using Vitrine.Compare;

namespace Vitrine.Attacks;

/// <summary>How an attack is to be run.</summary>
/// <param name="IsQuick">A few seconds: does it run, does it hold at all?</param>
internal sealed record Plan(bool IsQuick)
{
    /// <summary>Another server to play the corpus against.</summary>
    public string? Host { get; init; }

    /// <summary>Its port.</summary>
    public int Port { get; init; }

    /// <summary>For how long the soak goes on.</summary>
    public int Minutes { get; init; } = 60;

    /// <summary>Where what is too long for a row is written to.</summary>
    public string? Write { get; init; }

    /// <summary>The one or the other.</summary>
    public T Pick<T>(T whole, T quick) => IsQuick ? quick : whole;

    /// <summary>Tells who waits what is going on.</summary>
    public static void Tell(string text) => Console.Error.WriteLine($"{DateTime.Now:HH:mm:ss} {text}");

    /// <summary>The repository's folder.</summary>
    public static string Repository => Testing.Repository.Root;

    /// <summary>The machine and our version's date, for what is written.</summary>
    public static string Setting() => $"{DateTime.UtcNow:yyyy-MM-dd}, {Machine.Describe()}";
}

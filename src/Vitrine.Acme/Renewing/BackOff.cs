namespace Vitrine.Acme.Renewing;

/// <summary>How long it is waited after it failed. Let's Encrypt bears five failures of a name in an hour.</summary>
internal static class BackOff
{
    private const double Jitter = 0.2;

    private static readonly int[] Minutes = [1, 5, 15, 30, 60, 120, 360];

    private static readonly TimeSpan MostAsked = TimeSpan.FromDays(1);

    /// <summary>After so many failures in a row; as long as the authority asked for, if it did.</summary>
    public static TimeSpan After(int failures, TimeSpan? asked)
    {
        var usual = TimeSpan.FromMinutes(Minutes[Math.Clamp(failures, 1, Minutes.Length) - 1])
            * (1 + Jitter * Random.Shared.NextDouble());
        return asked is { } longer && longer > usual ? longer < MostAsked ? longer : MostAsked : usual;
    }
}

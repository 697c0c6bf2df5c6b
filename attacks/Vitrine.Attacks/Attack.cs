namespace Vitrine.Attacks;

/// <summary>What is done to a server.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="What">What is done, in a line.</param>
/// <param name="Run">Does it: a row for each way in which it is done.</param>
internal sealed record Attack(string Name, string What, Func<Plan, IEnumerable<Row>> Run)
{
    /// <summary>Whether it is left out when all are run.</summary>
    public bool IsByItself { get; init; }
}

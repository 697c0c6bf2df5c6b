using System.Diagnostics;

namespace Vitrine.EndToEnd.Support;

/// <summary>Waits for what has to come, with generous patience.</summary>
internal static class Eventually
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Asks again and again until the answer is yes.</summary>
    public static async Task IsTrue(Func<bool> condition, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < Patience, $"It never came to be: {what}.");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits for a task that has to be done soon.</summary>
    public static Task IsDone(Task task) => task.WaitAsync(Patience, TestContext.Current.CancellationToken);
}

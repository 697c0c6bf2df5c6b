namespace Vitrine.Tests.Acme;

/// <summary>A clock that does not wait: whoever waits for a moment finds that it has come. Timers that come again and
/// again never do.</summary>
internal sealed class HastyTime(DateTimeOffset start) : TimeProvider
{
    private DateTimeOffset now = start;

    /// <summary>Is told of each moment that was waited for.</summary>
    public Action<DateTimeOffset>? OnWait { get; set; }

    public override DateTimeOffset GetUtcNow() => now;

    public void Pass(TimeSpan span) => now += span;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (period == Timeout.InfiniteTimeSpan && dueTime != Timeout.InfiniteTimeSpan)
        {
            now += dueTime;
            OnWait?.Invoke(now);
            ThreadPool.QueueUserWorkItem(_ => callback(state));
        }
        return new Nothing();
    }

    private sealed class Nothing : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

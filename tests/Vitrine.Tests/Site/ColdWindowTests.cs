using Vitrine.Net;
using Vitrine.Site.Origins.Linux;

namespace Vitrine.Tests.Site;

/// <summary>What is read ahead of a file that is sent.</summary>
public sealed class ColdWindowTests
{
    // Two projects that do not know each other: else the worker waits for the disk in the middle of what it sends.
    [Fact]
    public void No_less_is_waited_for_than_is_sent_at_once()
    {
        if (!OperatingSystem.IsLinux()) return; // elsewhere nothing is read ahead
        Assert.InRange(ColdWindow.WaitedBytes, ITransport.MostSentBytes, int.MaxValue);
    }
}

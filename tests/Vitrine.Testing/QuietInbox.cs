using Vitrine.Http.Protocols;
using Vitrine.Http.Replies;

namespace Vitrine.Testing;

/// <summary>An inbox that nobody reads: whoever drives a protocol by hand knows what is done.</summary>
public sealed class QuietInbox : IInbox
{
    /// <summary>The address of one.</summary>
    public static ReplyAddress Address { get; } = new(new QuietInbox(), 0);

    public void Post(long token)
    {
    }
}

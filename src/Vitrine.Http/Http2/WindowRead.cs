using Vitrine.Http.Protocols;
using Vitrine.Http.Replies;

namespace Vitrine.Http.Http2;

/// <summary>
/// A window of a file that another thread reads into memory, or looks at again: notes that it is done, and passes the
/// word on. Several streams of a connection may wait for one each.
/// </summary>
internal sealed class WindowRead(ReplyAddress address) : IInbox
{
    private volatile bool isDone;

    /// <summary>Whether it is done.</summary>
    public bool IsDone => isDone;

    /// <inheritdoc/>
    public void Post(long token)
    {
        isDone = true;
        address.Inbox.Post(token);
    }
}

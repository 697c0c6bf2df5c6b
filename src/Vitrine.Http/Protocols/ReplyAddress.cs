using Vitrine.Http.Replies;

namespace Vitrine.Http.Protocols;

/// <summary>Where a connection is told that something it waits for is done.</summary>
/// <param name="Inbox">Its worker's.</param>
/// <param name="Token">What names the connection there.</param>
public readonly record struct ReplyAddress(IInbox Inbox, long Token);

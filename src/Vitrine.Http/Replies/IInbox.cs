namespace Vitrine.Http.Replies;

/// <summary>Takes messages from other threads.</summary>
public interface IInbox
{
    /// <summary>Posts a token; wakes the owner. Any thread.</summary>
    void Post(long token);
}

using Vitrine.Http.Replies;

namespace Vitrine.Net;

/// <summary>Who is told of every refusal, on a worker's thread.</summary>
public interface IRefusalLog
{
    /// <summary>A request was refused, or a connection; and so many more requests on the same.</summary>
    void Refused(in ConnectionInfo connection, Refusal refusal, int more = 0);
}

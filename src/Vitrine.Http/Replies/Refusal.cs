using Vitrine.Http.Head;

namespace Vitrine.Http.Replies;

/// <summary>Why a request, or a connection, did not get what it asked for; for who runs the server.</summary>
/// <param name="Status">What the client is told; null when nothing.</param>
/// <param name="Reason">A sentence of this program's own: nothing of what was sent is in it.</param>
public readonly record struct Refusal(Status? Status, string Reason);

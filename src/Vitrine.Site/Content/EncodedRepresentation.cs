using Vitrine.Http.Replies;
using Vitrine.Site.Media;

namespace Vitrine.Site.Content;

/// <summary>A representation in a content coding.</summary>
/// <param name="Coding">The coding.</param>
/// <param name="Content">The encoded bytes, with an entity tag of their own.</param>
internal sealed record EncodedRepresentation(ContentCoding Coding, Representation Content);

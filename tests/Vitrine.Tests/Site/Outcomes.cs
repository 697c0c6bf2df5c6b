using System.Text;
using Vitrine.Http.Head;
using Vitrine.Http.Replies;
using Vitrine.Site.Content;
using Vitrine.Site.Media;
using Vitrine.Site.Origins;

namespace Vitrine.Tests.Site;

/// <summary>Outcomes to be kept, for tests of the cache.</summary>
internal static class Outcomes
{
    public const int BodyBytes = 100_000; // more than a worker reads

    public static byte[] Path(int number) => Encoding.ASCII.GetBytes($"/{number}");

    public static Outcome WithGzip()
    {
        var gzip = Representation.InMemory(
            PinnedBytes.Copy("gzip"u8), "text/plain", new Metadata("\"gzip\"", null, null));
        return AtRest() with { Encoded = [new EncodedRepresentation(ContentCoding.All[^1], gzip)] };
    }

    // A file that has rested: its body can be read again.
    public static Outcome AtRest()
    {
        var facts = new FileFacts(FileKind.File, 1, 1, BodyBytes, 1, 1, 1);
        var content = Representation.InMemory(
            new PinnedBytes(BodyBytes), "text/plain", new Metadata("\"tag\"", 1, null));
        return new Outcome(Status.Ok, content, new Evidence("/1"u8.ToArray(), facts), IsKept: true);
    }
}

using System.Buffers.Binary;
using System.Text;
using Vitrine.Site;
using Vitrine.Site.Content;
using Vitrine.Site.Loading;
using Vitrine.Site.Looking;
using Vitrine.Site.Media;
using Vitrine.Site.Origins;

namespace Vitrine.Tests.Site;

/// <summary>
/// Builds that were broken off, disks that were full, copies in any order: what lies beside a page never makes it one
/// that cannot be read, or another.
/// </summary>
public sealed class EncodedFilesTests : IDisposable
{
    private static readonly byte[] Plain = Encoding.ASCII.GetBytes(
        string.Concat(Enumerable.Range(0, 2_000).Select(i => $".rule-{i} {{ margin: {i * 7 % 97}px }}\n")));

    private static readonly DateTime Time = new(2024, 5, 6, 7, 8, 9, DateTimeKind.Utc);

    private readonly TemporaryFolder temporary = new();
    private readonly List<string> told = [];

    public void Dispose() => temporary.Dispose();

    public static TheoryData<string> Extensions => [".gz", ".br", ".zst"];

    [Theory]
    [MemberData(nameof(Extensions))]
    public void What_is_whole_is_sent(string extension)
    {
        var encoded = EncodedBytes.Of(extension, Plain);
        Assert.Equal(encoded, Ask(extension, encoded, 0));
        Assert.Empty(told);
    }

    // Each byte of it, but for a few that are no matter to a reader.
    [Theory]
    [MemberData(nameof(Extensions))]
    public void What_is_cut_off_anywhere_is_not(string extension)
    {
        var encoded = EncodedBytes.Of(extension, Plain.AsSpan(0, 900));
        for (var length = 0; length < encoded.Length; length++)
        {
            temporary.Write("x" + extension, "");
            File.WriteAllBytes(temporary.PathOf("x" + extension), encoded[..length]);
            Assert.Null(Decode("x" + extension));
        }
        File.WriteAllBytes(temporary.PathOf("x" + extension), encoded);
        Assert.NotNull(Decode("x" + extension));
    }

    [Theory]
    [MemberData(nameof(Extensions))]
    public void What_is_broken_empty_or_half_written_is_not_and_that_is_told_once(string extension)
    {
        var whole = EncodedBytes.Of(extension, Plain);
        byte[] damaged = [.. whole];
        damaged[0] ^= 0xff;
        byte[][] broken =
            [[], [0x1f], whole[..10], whole[..(whole.Length / 2)], whole[..^1], Plain, new byte[5_000], damaged];
        foreach (var bytes in broken)
        {
            told.Clear();
            Assert.Null(Ask(extension, bytes, 0));
            Assert.StartsWith($"/a.css{extension} is not whole", Assert.Single(told), StringComparison.Ordinal);
            Assert.EndsWith(": the plain file is sent", told[0], StringComparison.Ordinal);
        }
        // .NET writes nothing at all for nothing.
        byte[] empty = extension == ".gz"
            ? [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]
            : EncodedBytes.Of(extension, []);
        Assert.Null(Ask(extension, empty, 0));
        Assert.Equal($"/a.css{extension} is empty inside: the plain file is sent", told[^1]);
        Assert.Equal(whole, Ask(extension, whole, 0));
    }

    // As copies, archives and check-outs leave them: in any order.
    [Theory]
    [InlineData(".gz", -1)]
    [InlineData(".gz", -86_400)]
    [InlineData(".br", -86_400)]
    [InlineData(".zst", -1)]
    public void What_is_older_and_the_same_is_sent(string extension, int seconds)
    {
        var encoded = EncodedBytes.Of(extension, Plain);
        Assert.Equal(encoded, Ask(extension, encoded, seconds));
        Assert.Empty(told);
    }

    [Theory]
    [InlineData(".gz", -1)]
    [InlineData(".br", -1)]
    [InlineData(".zst", -1)]
    [InlineData(".zst", -86_400)]
    public void What_is_older_and_something_else_is_not(string extension, int seconds)
    {
        byte[] other = extension == ".zst" ? Plain[..^1] : [.. Plain[..^1], (byte)'!'];
        if (seconds < -2) other = Plain; // there is no decoder here that could tell
        Assert.Null(Ask(extension, EncodedBytes.Of(extension, other), seconds));
        Assert.Contains("older than the plain file", Assert.Single(told), StringComparison.Ordinal);
    }

    // Browsers stop after the first member of gzip, and read all frames of Zstandard.
    [Fact]
    public void Several_frames_are_whole_and_several_members_are_not()
    {
        var half = Plain.Length / 2;
        byte[] gzip = [.. EncodedBytes.Gzip(Plain.AsSpan(0, half)), .. EncodedBytes.Gzip(Plain.AsSpan(half))];
        Assert.Null(Ask(".gz", gzip, 0));
        Assert.Null(Ask(".gz", [.. EncodedBytes.Gzip(Plain), .. new byte[300]], 0));
        told.Clear();
        File.Delete(temporary.PathOf("a.css.gz"));
        byte[] skipped = [0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3];
        var rest = EncodedBytes.Zstd(Plain.AsSpan(half));
        byte[] zstd = [.. skipped, .. EncodedBytes.Zstd(Plain.AsSpan(0, half)), .. rest];
        Assert.Equal(zstd, Ask(".zst", zstd, -1));
    }

    // A frame that says that it is as long as 32 bits can count, and so would lead back to where it begins.
    [Theory]
    [InlineData(0xFFFF_FFF8)]
    [InlineData(0xFFFF_FFFF)]
    [InlineData(0x7FFF_FFFF)]
    public void A_frame_that_is_longer_than_its_file_is_not_whole(uint length)
    {
        var frame = new byte[108];
        BinaryPrimitives.WriteUInt32LittleEndian(frame, 0x184D2A50);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(4), length);
        Assert.Null(Ask(".zst", frame, 0));
        Assert.Contains("not whole", Assert.Single(told), StringComparison.Ordinal);
    }

    // Whatever is told of them is told once, also where their dates lie ahead for years.
    [Fact]
    public void Dates_that_lie_ahead_are_no_reason_to_look_again()
    {
        Assert.Null(Ask(".gz", [1, 2, 3], 0, new DateTime(2060, 1, 1, 0, 0, 0, DateTimeKind.Utc)));
        Assert.Single(told);
    }

    [Fact]
    public void Of_many_that_are_broken_some_are_told()
    {
        using var site = Open();
        for (var i = 0; i < 30; i++)
        {
            File.WriteAllBytes(temporary.Write($"{i}.css", "plain") + ".gz", [1, 2, 3]);
            File.SetLastWriteTimeUtc(temporary.PathOf($"{i}.css"), Time);
            File.SetLastWriteTimeUtc(temporary.PathOf($"{i}.css.gz"), Time);
        }
        var client = new SiteClient(site);
        for (var i = 0; i < 30; i++) Assert.Equal("plain", client.Get($"/{i}.css", "Accept-Encoding: gzip").Text);
        Assert.Equal(20, told.Count);
    }

    // The body in a coding, or null when the plain one was sent.
    private byte[]? Ask(string extension, byte[] encoded, int secondsLater, DateTime? date = null)
    {
        var time = date ?? Time;
        File.WriteAllBytes(temporary.Write("a.css", ""), Plain);
        File.WriteAllBytes(temporary.PathOf("a.css" + extension), encoded);
        File.SetLastWriteTimeUtc(temporary.PathOf("a.css"), time);
        File.SetLastWriteTimeUtc(temporary.PathOf("a.css" + extension), time.AddSeconds(secondsLater));
        using var site = Open();
        var answer = new SiteClient(site).Get("/a.css", "Accept-Encoding: gzip, br, zstd, identity;q=0.1");
        Assert.Equal(200, answer.Status);
        if (answer.Field("Content-Encoding") is not null) return answer.Reply.Content!.Body!.Span.ToArray();
        Assert.Equal(Encoding.ASCII.GetString(Plain), answer.Text);
        return null;
    }

    private EncodedFile.Content? Decode(string name)
    {
        using var folder = FolderOrigin.Open(temporary.Root);
        folder.TryOpenFile(Encoding.ASCII.GetBytes("/" + name), Blocking.Allowed, out var file);
        var coding = ContentCoding.All.Single(each => Encoding.ASCII.GetBytes(name).AsSpan().EndsWith(each.Suffix));
        var content = EncodedFile.TryDecode(coding, file!, 900, isCompared: false);
        file!.Release();
        return content;
    }

    private FolderSite Open() => new(
        new SiteOptions(temporary.Root, Listing: true, SiteClient.AlwaysFresh, fault => told.Add(fault.Message)),
        FolderOrigin.Open(temporary.Root),
        new SiteClock(new LaterClock()),
        Loader.ThreadCount);

    // A minute ahead: whatever was written has rested.
    private sealed class LaterClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddMinutes(1);
    }
}

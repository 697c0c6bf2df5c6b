using System.Net;
using System.Security.Cryptography.X509Certificates;
using Vitrine.Acme;

namespace Vitrine.Tests.Acme;

/// <summary>Certificates from an authority: got, renewed in time, and what is done when they are not to be
/// had.</summary>
public sealed class RenewerTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly string folder = Directory.CreateTempSubdirectory("vitrine-acme-").FullName;
    private readonly HastyTime time = new(Start);
    private readonly SmallAuthority authority;
    private readonly List<string> said = [];
    private readonly List<string> complaints = [];
    private AcmeOptions options;

    public RenewerTests()
    {
        authority = new SmallAuthority(time);
        options = new AcmeOptions
        {
            Names = [Name("one.example.org")],
            State = new StateFolder(folder),
            Directory = new Uri(SmallAuthority.Directory),
        };
        authority.ProofOf = name => options.State.ChallengeOf(options.Directory, Name(name));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        authority.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_certificate_is_got_and_kept_for_its_owner_alone()
    {
        Assert.True(await RunOnceAsync());
        using var certificate = Kept("one.example.org");
        Assert.True(certificate.MatchesHostname("one.example.org"));
        Assert.True(certificate.HasPrivateKey);
        Assert.Equal([
            "an account was made with authority.test, and its terms agreed to: https://authority.test/terms",
            "there is a new certificate for one.example.org, until 2030-04-01 00:00Z"], said);
        Assert.Empty(Directory.GetFiles(options.State.ChallengesOf(options.Directory)));
        Assert.Empty(Directory.GetFiles(Path.Combine(folder, "locks")));
        if (OperatingSystem.IsWindows()) return;
        foreach (var file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        foreach (var below in Directory.GetDirectories(folder, "*", SearchOption.AllDirectories))
            Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(below));
    }

    [Fact]
    public async Task One_that_holds_is_not_asked_for_again()
    {
        Assert.True(await RunOnceAsync());
        Assert.True(await RunOnceAsync());
        Assert.Single(authority.Placed);
    }

    [Fact]
    public async Task The_layout_is_that_of_certmagic()
    {
        options = options with { Mail = "me@example.org" };
        Assert.True(await RunOnceAsync());
        string[] expected =
        [
            "acme/authority.test-dir/users/me@example.org/me.json",
            "acme/authority.test-dir/users/me@example.org/me.key",
            "certificates/authority.test-dir/one.example.org/one.example.org.crt",
            "certificates/authority.test-dir/one.example.org/one.example.org.json",
            "certificates/authority.test-dir/one.example.org/one.example.org.key",
        ];
        var files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/')).Order(StringComparer.Ordinal);
        Assert.Equal(expected, files);
    }

    [Fact]
    public async Task It_is_renewed_when_a_third_of_its_life_is_left()
    {
        authority.Life = TimeSpan.FromDays(9);
        Assert.True(await RunOnceAsync());
        using var first = Kept("one.example.org");
        var renewed = await RunUntilAsync(() => authority.Placed.Count == 2);
        var share = (renewed - Start) / authority.Life;
        Assert.InRange(share, 0.61, 0.68);
        using var second = Kept("one.example.org");
        Assert.NotEqual(first.Thumbprint, second.Thumbprint);
        Assert.NotEqual(first.GetPublicKeyString(), second.GetPublicKeyString());
        Assert.Empty(complaints);
    }

    [Fact]
    public async Task It_is_renewed_when_the_authority_wants_that()
    {
        authority.Window = (Start.AddDays(10), Start.AddDays(11));
        Assert.True(await RunOnceAsync());
        var renewed = await RunUntilAsync(() => authority.Placed.Count == 2);
        Assert.InRange(renewed, Start.AddDays(10), Start.AddDays(11).AddMinutes(10));
        Assert.Null((string?)authority.Placed[0]["replaces"]);
        using var certificate = Kept("one.example.org");
        var replaced = (string?)authority.Placed[1]["replaces"];
        Assert.Matches("^[A-Za-z0-9_-]+[.][A-Za-z0-9_-]+$", replaced);
        // Every six hours it is asked whether it is earlier now, and no more often.
        Assert.InRange(authority.Asked.Count(path => path == "/ari/" + replaced), 38, 50);
    }

    [Fact]
    public async Task A_window_that_was_moved_up_counts_at_once()
    {
        authority.Window = (Start.AddDays(50), Start.AddDays(51));
        Assert.True(await RunOnceAsync());
        var isMoved = false;
        time.OnWait = now =>
        {
            if (isMoved || now < Start.AddDays(5)) return;
            isMoved = true;
            authority.Window = (now.AddDays(-2), now.AddDays(-1)); // as where it has to be revoked
        };
        var renewed = await RunUntilAsync(() => authority.Placed.Count == 2);
        Assert.InRange(renewed, Start.AddDays(5), Start.AddDays(5.5));
    }

    [Fact]
    public async Task What_was_replaced_already_is_ordered_as_new()
    {
        authority.Window = (Start.AddDays(1), Start.AddDays(2));
        Assert.True(await RunOnceAsync());
        time.Pass(TimeSpan.FromDays(3));
        var refusals = 1;
        authority.Instead = path => path == "/order" && refusals-- > 0
            ? SmallAuthority.Problem(HttpStatusCode.Conflict, "alreadyReplaced")
            : null;
        Assert.True(await RunOnceAsync());
        Assert.Equal(2, authority.Placed.Count);
        Assert.Null((string?)authority.Placed[1]["replaces"]);
    }

    [Fact]
    public async Task A_profile_is_asked_for_and_one_that_is_not_there_is_told_of()
    {
        authority.Profiles = ["classic", "shortlived"];
        options = options with { Profile = "shortlived" };
        Assert.True(await RunOnceAsync());
        Assert.Equal("shortlived", (string?)authority.Placed[0]["profile"]);
        options = options with { Profile = "longlived", Names = [Name("two.example.org")] };
        Assert.False(await RunOnceAsync());
        Assert.Equal(
            "there is no certificate for two.example.org: the authority has no profile 'longlived'; it has classic, "
            + "shortlived",
            complaints.Single());
        Assert.Single(authority.Placed);
    }

    [Fact]
    public async Task Nonces_that_are_refused_are_replaced()
    {
        authority.BadNonces = 5;
        Assert.True(await RunOnceAsync());
    }

    [Fact]
    public async Task An_account_that_was_forgotten_is_made_anew()
    {
        Assert.True(await RunOnceAsync());
        authority.ForgetAccounts();
        options = options with { Names = [Name("two.example.org")] };
        Assert.True(await RunOnceAsync());
        Assert.Equal(2, said.Count(line => line.StartsWith("there is a new certificate", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_next_kind_of_proof_is_tried()
    {
        authority.Refused.Add("tls-alpn-01");
        Assert.True(await RunOnceAsync());
        Assert.Equal(2, authority.Placed.Count);
        Assert.Empty(complaints);
    }

    [Fact]
    public async Task Who_cannot_be_proved_is_told_why_for_each_kind()
    {
        authority.Refused.UnionWith(["tls-alpn-01", "http-01"]);
        Assert.False(await RunOnceAsync());
        Assert.Equal(
            "there is no certificate for one.example.org: the authority looked at port 443 of one.example.org "
            + "(tls-alpn-01) and did not find what proves that it is ours: it was not there; and the authority looked "
            + "at port 80 of one.example.org (http-01) and did not find what proves that it is ours: it was not there",
            complaints.Single());
        Assert.Empty(Directory.GetFiles(options.State.ChallengesOf(options.Directory)));
    }

    [Fact]
    public async Task It_is_tried_again_ever_more_rarely()
    {
        authority.Refused.UnionWith(["tls-alpn-01", "http-01"]);
        var tries = new List<DateTimeOffset>();
        authority.Instead = path =>
        {
            if (path == "/order" && authority.Placed.Count % 2 == 0) tries.Add(time.GetUtcNow());
            return null;
        };
        await RunUntilAsync(() => tries.Count == 9);
        var waits = tries.Zip(tries.Skip(1), (one, next) => (next - one).TotalMinutes).ToArray();
        double[] expected = [1, 5, 15, 30, 60, 120, 360, 360];
        foreach (var (wait, least) in waits.Zip(expected)) Assert.InRange(wait, least, least * 1.2 + 1);
        // As Let's Encrypt bears it.
        Assert.InRange(tries.Count(one => one < Start.AddHours(1)), 1, 5);
        Assert.All(complaints, one => Assert.Contains("; it is tried again in ", one, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Failures_are_remembered_by_the_next_process_for_a_quarter_of_an_hour()
    {
        authority.Refused.UnionWith(["tls-alpn-01", "http-01"]);
        await RunUntilAsync(() => authority.Placed.Count == 12); // six times two
        var restarted = time.GetUtcNow();
        authority.Refused.Clear();
        var renewed = await RunUntilAsync(() => authority.Placed.Count == 13);
        Assert.InRange((renewed - restarted).TotalMinutes, 14, 17);
    }

    [Fact]
    public async Task As_long_as_the_authority_says_is_waited()
    {
        var limited = 1;
        authority.Instead = path =>
        {
            if (path != "/order" || limited-- <= 0) return null;
            var reply = SmallAuthority.Problem(HttpStatusCode.TooManyRequests, "rateLimited", "too many of them");
            reply.Headers.Add("Retry-After", "7200");
            return reply;
        };
        var got = await RunUntilAsync(() => authority.Placed.Count == 1);
        Assert.InRange((got - Start).TotalHours, 2, 2.1);
        Assert.Equal(
            "there is no certificate for one.example.org yet: the authority refuses it: too many of them; it is tried "
            + "again in 2 hours",
            complaints.Single());
    }

    [Fact]
    public async Task An_authority_that_is_no_authority_is_told_of()
    {
        foreach (var (status, body) in new[]
        {
            (HttpStatusCode.OK, "<html>"), (HttpStatusCode.OK, "{}"), (HttpStatusCode.OK, "null"),
            (HttpStatusCode.BadGateway, "<html>"), (HttpStatusCode.OK, "{\"newNonce\":\"http://authority.test/n\","
                + "\"newAccount\":\"x\",\"newOrder\":\"x\"}"),
        })
        {
            complaints.Clear();
            authority.Instead = _ => new HttpResponseMessage(status) { Content = new StringContent(body) };
            Assert.False(await RunOnceAsync());
            Assert.Matches("answered with|did not answer with|is not an address of https", complaints.Single());
        }
    }

    [Fact]
    public async Task What_an_authority_says_is_shown_without_what_a_terminal_would_obey()
    {
        authority.Instead = path => path == "/order"
            ? SmallAuthority.Problem(HttpStatusCode.Forbidden, "unauthorized", "no\e[2J\r\nvitrine: yes")
            : null;
        Assert.False(await RunOnceAsync());
        Assert.EndsWith("refuses it: no [2J  vitrine: yes", complaints.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_written_down_is_not_asked_for_twice()
    {
        var place = Path.GetDirectoryName(options.State.CertificateOf(options.Directory, options.Names[0]))!;
        authority.Instead = path =>
        {
            // Room there was, and is no more.
            if (path == "/cert/1") Directory.Delete(place, recursive: true);
            if (path == "/cert/1") File.WriteAllText(place, "in the way");
            return null;
        };
        time.OnWait = now =>
        {
            if (now > Start.AddMinutes(1) && File.Exists(place)) File.Delete(place);
        };
        await RunUntilAsync(() => said.Count == 2);
        Assert.Single(authority.Placed);
        Assert.Single(complaints);
        using var certificate = Kept("one.example.org");
    }

    [Fact]
    public async Task A_place_that_cannot_be_written_is_found_before_the_authority_is_asked()
    {
        var place = Path.GetDirectoryName(options.State.CertificateOf(options.Directory, options.Names[0]))!;
        using var renewer = Make();
        Directory.Delete(place);
        await File.WriteAllTextAsync(place, "in the way", Cancel);
        Assert.False(await renewer.RunOnceAsync(Cancel));
        Assert.Empty(authority.Placed);
    }

    [Fact]
    public async Task Files_of_two_certificates_count_as_none()
    {
        Assert.True(await RunOnceAsync());
        var key = options.State.KeyOf(options.Directory, options.Names[0]);
        using var other = System.Security.Cryptography.ECDsa.Create();
        await File.WriteAllTextAsync(key, other.ExportECPrivateKeyPem(), Cancel);
        Assert.True(await RunOnceAsync());
        Assert.Equal(2, authority.Placed.Count);
        using var certificate = Kept("one.example.org");
    }

    [Fact]
    public async Task An_address_is_proved_over_plain_http()
    {
        options = options with { Names = [Name("192.0.2.1")] };
        Assert.True(await RunOnceAsync());
        Assert.Equal("ip", (string?)authority.Placed.Single()["identifiers"]![0]!["type"]);
        using var certificate = Kept("192.0.2.1");
        Assert.True(certificate.MatchesHostname("192.0.2.1"));
    }

    private static Identifier Name(string text) => Identifier.Read(text, out _)!;

    private Renewer Make() =>
        new(options, new HttpClient(authority, disposeHandler: false), said.Add, complaints.Add, time);

    private async Task<bool> RunOnceAsync()
    {
        using var renewer = Make();
        return await renewer.RunOnceAsync(Cancel);
    }

    // Until something is so; returns when.
    private async Task<DateTimeOffset> RunUntilAsync(Func<bool> isSo)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var then = time.OnWait;
        DateTimeOffset? at = null;
        time.OnWait = now =>
        {
            then?.Invoke(now);
            if (at is null && isSo()) at = now;
            if (at is not null && now > at + TimeSpan.FromMinutes(1)) stop.Cancel();
            Assert.True(now < Start.AddYears(1), "It never was.");
        };
        using var renewer = Make();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => renewer.RunAsync(stop.Token));
        time.OnWait = then;
        return at!.Value;
    }

    private X509Certificate2 Kept(string name) => X509Certificate2.CreateFromPemFile(
        options.State.CertificateOf(options.Directory, Name(name)), options.State.KeyOf(options.Directory, Name(name)));
}

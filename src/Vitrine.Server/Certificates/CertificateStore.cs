using System.Security.Cryptography;
using Vitrine.Net.Tls;
using Vitrine.Site;

namespace Vitrine.Server.Certificates;

/// <summary>
/// The certificates of a server. Their files are read again every few seconds: whatever was done to them (renamed,
/// linked anew, written in place, made readable), what they hold now is what counts. While they cannot be used, those
/// that were there before stay, and the log says why, once.
/// </summary>
internal sealed class CertificateStore : IDisposable
{
    /// <summary>So many days before a certificate ends it is told of, each day.</summary>
    public const int DaysOfWarning = 14;

    private const int LookMs = 2_000;

    private readonly TlsOptions options;
    private readonly string root;
    private readonly WithheldFiles withheld; // the files with keys, which nobody may be served
    private readonly Action<Exception>? onFault;
    private readonly TlsServer server;
    private readonly ClientAuthorities? clients;
    private readonly Timer timer;
    private readonly Lock gate = new();
    private volatile LoadedCertificate[] loaded = [];
    private byte[] seen; // a digest of the files that are in use
    private string? trouble; // that there was at the last look
    private string? told; // of it
    private string? ticketTrouble;
    private string? oddity; // that was reported last
    private DateTime warnedOn;
    private volatile AcmeChallenges challenges = AcmeChallenges.None;

    /// <summary>Reads them, and begins to look after them.</summary>
    /// <exception cref="CertificateException">One cannot be used.</exception>
    public CertificateStore(
        TlsOptions options, string root, WithheldFiles withheld, bool isPortable, Action<Exception>? onFault)
    {
        this.root = root;
        this.withheld = withheld;
        this.options = options;
        this.onFault = onFault;
        seen = Digest();
        Withhold();
        clients = options.ClientAuthorities is { } file
            ? new ClientAuthorities(CertificateReader.ReadAuthorities(file), !options.ClientsAreOptional)
            : null;
        loaded = Load();
        server = new TlsServer(TableOf(loaded))
        {
            IsPortable = isPortable,
            Clients = clients,
        };
        if (options.TicketKeys is not null) ShareTickets();
        // Each look asks for the next: a disk that does not answer holds up one, and not one after another.
        timer = new Timer(_ => LookAgain(), null, LookMs, Timeout.Infinite);
    }

    /// <summary>What workers speak TLS with.</summary>
    public TlsServer Server => server;

    /// <summary>What an authority is about to look for (ACME).</summary>
    public AcmeChallenges Challenges => challenges;

    /// <summary>Says what could be wrong with those that are in use, and which end soon.</summary>
    public void Warn()
    {
        foreach (var certificate in loaded)
        {
            foreach (var doubt in certificate.Doubts) Tell(doubt.TrimEnd('.'));
            if (BelowRoot(Path.GetFullPath(certificate.KeyFile)) is not null)
                WarnOfPlace($"the private key '{certificate.KeyFile}'");
        }
        if (options.TicketKeys is { } tickets && BelowRoot(Path.GetFullPath(tickets)) is not null)
            WarnOfPlace($"the file '{tickets}' with the keys of sessions");
        WarnOfEnds(DateTimeOffset.UtcNow);
        try
        {
            _ = Digest(); // rights may have been given up
        }
        catch (CertificateException fault)
        {
            Tell($"{fault.Message}; until then no new certificate is taken up");
        }
    }

    /// <summary>All of them, for who runs the server: a line each.</summary>
    public string Describe()
    {
        var now = DateTimeOffset.UtcNow;
        var lines = loaded.Select(one =>
            $"{one.DaysLeft(now),5} days left, until {one.NotAfter:yyyy-MM-dd HH:mm}Z: "
            + $"{(one.Identity.IsRsa ? "RSA  " : "ECDSA")} {string.Join(", ", one.Identity.Names)} "
            + $"({one.Files.Certificate}{(one.IsStandIn ? ", which is still awaited" : "")})");
        return string.Join('\n', lines);
    }

    private void LookAgain()
    {
        Look();
        try
        {
            timer.Change(LookMs, Timeout.Infinite);
        }
        catch (ObjectDisposedException)
        {
            // It is over.
        }
    }

    /// <summary>Looks at the files now.</summary>
    public void Look()
    {
        lock (gate)
        {
            try
            {
                server.Tickets.Rotate(Environment.TickCount64);
                LookAtChallenges();
                Withhold(); // whatever is wrong with them
                Renew();
                if (options.TicketKeys is not null) RenewTickets();
            }
#pragma warning disable CA1031 // nobody else would hear of it, and the next look may be better
            catch (Exception fault)
            {
                if (oddity != fault.Message) onFault?.Invoke(fault);
                oddity = fault.Message;
            }
#pragma warning restore CA1031
            WarnOfEnds(DateTimeOffset.UtcNow);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => timer.Dispose();

    private void Renew()
    {
        try
        {
            var now = Digest();
            if (now.AsSpan().SequenceEqual(seen))
            {
                trouble = told = null;
                return;
            }
            var next = Load();
            foreach (var (before, after) in loaded.Zip(next))
                if (after.DaysLeft(DateTimeOffset.UtcNow) < 0 && before.DaysLeft(DateTimeOffset.UtcNow) >= 0)
                    throw new CertificateException($"the new certificate in '{after.Files.Certificate}' has expired");
            server.Identities = TableOf(next);
            (loaded, seen) = (next, now);
            trouble = told = null;
            Warn();
        }
        catch (CertificateException fault)
        {
            // What is written file by file does not fit for a moment.
            var again = trouble == fault.Message;
            trouble = fault.Message;
            if (!again || told == trouble) return;
            told = trouble;
            Tell($"{fault.Message}; the certificate from before stays in use");
        }
    }

    private void LookAtChallenges()
    {
        if (options.ChallengeFolder is not { } folder) return;
        var now = AcmeChallenges.Read(folder, challenges);
        if (ReferenceEquals(now, challenges)) return;
        challenges = now;
        server.Identities = TableOf(loaded);
    }

    private void RenewTickets()
    {
        try
        {
            ShareTickets();
            ticketTrouble = null;
        }
        catch (CertificateException fault)
        {
            if (ticketTrouble != fault.Message) Tell($"{fault.Message}; the keys from before stay in use");
            ticketTrouble = fault.Message;
        }
    }

    private void ShareTickets()
    {
        try
        {
            server.Tickets.Share(CertificateReader.ReadFile(options.TicketKeys!));
        }
        catch (ArgumentException fault)
        {
            throw new CertificateException(
                $"'{options.TicketKeys}' is no file of ticket keys, {TicketKeys.KeyBytes} random bytes each, at most "
                + $"16 (as from 'head -c {TicketKeys.KeyBytes} /dev/urandom')",
                fault);
        }
    }

    private LoadedCertificate[] Load()
    {
        LoadedCertificate[] all =
        [
            .. options.OwnCertificate is { } own ? [CertificateReader.Read(own)] : Array.Empty<LoadedCertificate>(),
            .. options.Certificates.Select(
                files => IsAwaited(files) ? InsteadOf(files) : CertificateReader.Read(files)),
        ];
        foreach (var certificate in all)
        {
            try
            {
                TlsServer.Check(certificate.Identity, clients);
            }
            catch (CryptographicException fault)
            {
                throw new CertificateException(
                    $"'{certificate.Files.Certificate}' cannot be used: {fault.Message}", fault);
            }
        }
        return all;
    }

    private TlsIdentities TableOf(LoadedCertificate[] certificates) =>
        new([.. certificates.Select(certificate => certificate.Identity)])
        {
            RefusesOthers = options.RefusesOtherNames,
            Proofs = challenges.Proofs,
        };

    // One that was there once stays in use when its files are taken away.
    private LoadedCertificate InsteadOf(CertificateFiles files) =>
        loaded.FirstOrDefault(one => one.Files == files) ?? StandIns.Make(files);

    // Whether there is nothing yet of one that another process writes.
    private static bool IsAwaited(CertificateFiles files) =>
        files.AwaitedFor is not null && !files.All.All(File.Exists);

    // All that nobody may have: what was withheld before stays so. Where a link leads, and where it stands, are both
    // looked at.
    private void Withhold() => withheld.Add(
        from file in options.Certificates.SelectMany(files => files.All).Concat(options.PrivateFiles)
            .Concat(new[] { options.TicketKeys }.OfType<string>()).Distinct()
        let content = TryRead(file) // what cannot be read cannot be served
        where content is not null
        where file == options.TicketKeys || CertificateReader.HasKey(content)
        from path in new[] { Path.GetFullPath(file), TargetOf(file) }.Distinct()
        select (BelowRoot(path) ?? "", content));

    private static byte[]? TryRead(string file)
    {
        try
        {
            return File.Exists(file) ? CertificateReader.ReadFile(file) : null;
        }
        catch (CertificateException)
        {
            return null;
        }
    }

    private static string TargetOf(string file)
    {
        try
        {
            return File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(file);
        }
        catch (IOException)
        {
            return Path.GetFullPath(file);
        }
    }

    private string? BelowRoot(string path)
    {
        var below = Path.GetRelativePath(Path.GetFullPath(root), path);
        return below == path || below.StartsWith("..", StringComparison.Ordinal) ? null
            : "/" + below.Replace('\\', '/');
    }

    private byte[] Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in options.Certificates.Where(files => !IsAwaited(files)).SelectMany(files => files.All))
        {
            var bytes = CertificateReader.ReadFile(path);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
            CryptographicOperations.ZeroMemory(bytes);
        }
        return hash.GetHashAndReset();
    }

    private void WarnOfPlace(string what) =>
        Tell($"{what} lies in the folder that is served: it is answered 404, and belongs elsewhere");

    private void WarnOfEnds(DateTimeOffset now)
    {
        if (now.Date == warnedOn) return;
        warnedOn = now.Date;
        foreach (var certificate in loaded.Where(certificate => !certificate.IsStandIn))
        {
            var days = certificate.DaysLeft(now);
            var which = $"the certificate in '{certificate.Files.Certificate}'";
            const string Renew = "renew it, it is taken up without a restart";
            if (now < certificate.NotBefore)
                Tell($"{which} holds only from {certificate.NotBefore:u} on: clients will not trust it before, or the "
                    + "clock is wrong");
            else if (days < 0)
                Tell($"{which} has expired on {certificate.NotAfter:u}: clients do not trust it; {Renew}");
            else if (days < DaysOfWarning)
                Tell($"{which} ends in {days} days, on {certificate.NotAfter:u}; {Renew}");
        }
    }

    private void Tell(string what) => onFault?.Invoke(new CertificateException(what));
}

using System.Text.Json;
using Vitrine.Acme.Protocol;
using Vitrine.Acme.Renewing;
using Vitrine.Acme.State;

namespace Vitrine.Acme;

/// <summary>
/// Sees to it that there are certificates, and that they are renewed in time. It works in a state folder, where a
/// server finds them, and what an authority is about to look for.
/// </summary>
public sealed class Renewer : IDisposable
{
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMinutes(10); // a clock may be set, a laptop closed
    private static readonly TimeSpan ShortestSleep = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WaitForOther = TimeSpan.FromSeconds(10);

    // Whoever starts a server anew has perhaps mended what was wrong.
    private static readonly TimeSpan MostAfterStart = TimeSpan.FromMinutes(15);

    private readonly AcmeOptions options;
    private readonly HttpClient http;
    private readonly TimeProvider time;
    private readonly Action<string> say;
    private readonly Action<string> complain;
    private readonly Dictionary<Identifier, IssuedCertificate> unkept = [];
    private readonly HashSet<Identifier> hasFailed = []; // since the start
    private readonly DateTimeOffset started;
    private AccountKey? key;
    private AcmeClient? client;

    /// <summary>Makes one.</summary>
    /// <param name="options">Which certificates.</param>
    /// <param name="http">How the authority is reached.</param>
    /// <param name="say">Is told in sentences what was done.</param>
    /// <param name="complain">Is told what could not be.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="IOException">The state folder cannot be used.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be.</exception>
    public Renewer(
        AcmeOptions options,
        HttpClient http,
        Action<string> say,
        Action<string> complain,
        TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options;
        this.http = http;
        this.say = say;
        this.complain = complain;
        this.time = time ?? TimeProvider.System;
        started = this.time.GetUtcNow();
        options.State.Prepare(options);
    }

    /// <summary>Goes on until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        while (true)
        {
            var next = time.GetUtcNow() + LongestSleep;
            foreach (var name in options.Names)
            {
                var then = await TendAsync(name, cancel).ConfigureAwait(false);
                if (then < next) next = then;
            }
            var sleep = next - time.GetUtcNow();
            await Task.Delay(sleep < ShortestSleep ? ShortestSleep : sleep, time, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Gets or renews what is due, once; whether all of it could be.</summary>
    public async Task<bool> RunOnceAsync(CancellationToken cancel)
    {
        var isWell = true;
        foreach (var name in options.Names)
        {
            try
            {
                if (await GetAsync(name, cancel).ConfigureAwait(false)) continue;
                say($"another process is about to get the certificate for {name}");
            }
            catch (Exception fault) when (IsExpected(fault))
            {
                complain($"there is no certificate for {name}: {fault.Message}");
                isWell = false;
            }
        }
        return isWell;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        key?.Dispose();
        http.Dispose();
    }

    // Looks after one name; returns when to look again.
    private async Task<DateTimeOffset> TendAsync(Identifier name, CancellationToken cancel)
    {
        var setback = SetbackOf(name);
        if (setback is not null && NextOf(name, setback) is var then && then > time.GetUtcNow()) return then;
        try
        {
            if (!await GetAsync(name, cancel).ConfigureAwait(false)) return time.GetUtcNow() + WaitForOther;
            if (setback is not null) AtomicFile.TryDelete(options.State.SetbackOf(options.Directory, name));
            return DueOf(name);
        }
        catch (Exception fault) when (IsExpected(fault))
        {
            hasFailed.Add(name);
            var failures = (setback?.Failures ?? 0) + 1;
            var wait = BackOff.After(failures, (fault as AcmeException)?.RetryAfter);
            var next = time.GetUtcNow() + wait;
            var state = KeptCertificate.Find(options, name) is { } old
                ? $"the certificate for {name}, which ends on {old.NotAfter:yyyy-MM-dd HH:mm}Z, could not be renewed"
                : $"there is no certificate for {name} yet";
            complain($"{state}: {fault.Message}; it is tried again in {InWords(wait)}");
            Keep(name, new Setback(failures, next, fault.Message));
            return next;
        }
    }

    // Made late: that there is no room for the account's key may pass too.
    private AcmeClient Client()
    {
        key ??= Account.Key(options);
        return client ??= new AcmeClient(http, options.Directory, key, time);
    }

    // False when another is at it.
    private async Task<bool> GetAsync(Identifier name, CancellationToken cancel)
    {
        if (unkept.TryGetValue(name, out var waiting)) return KeepIssued(name, waiting);
        if (!await IsDueAsync(name, cancel).ConfigureAwait(false)) return true;
        CheckRoom(name);
        using var held = RenewalLock.TryTake(options.State.LockOf(name), time);
        if (held is null) return false;
        // Another may have been quicker.
        if (!await IsDueAsync(name, cancel).ConfigureAwait(false)) return true;
        var old = KeptCertificate.Find(options, name);
        for (var isSecond = false; ; isSecond = true)
        {
            try
            {
                await Account.SignInAsync(Client(), options, say, cancel).ConfigureAwait(false);
                var issued = await new Ordering(Client(), options, time)
                    .IssueAsync(name, old?.RenewalId, cancel).ConfigureAwait(false);
                unkept[name] = issued;
                return KeepIssued(name, issued);
            }
            catch (AcmeException fault) when (!isSecond && Account.IsForgotten(Client(), options, fault))
            {
                // It is made anew.
            }
        }
    }

    // What could not be written down is not asked for again.
    private bool KeepIssued(Identifier name, IssuedCertificate issued)
    {
        KeptCertificate.Keep(options, name, issued);
        unkept.Remove(name);
        var kept = KeptCertificate.Find(options, name);
        say($"there is a new certificate for {name}, until {kept?.NotAfter:yyyy-MM-dd HH:mm}Z");
        return true;
    }

    private async Task<bool> IsDueAsync(Identifier name, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (KeptCertificate.Find(options, name) is not { } kept || kept.NotAfter <= now) return true;
        if (kept.Renewal is null || kept.Renewal.AskAgain <= now)
        {
            var renewal = await RenewalTimes.AskAsync(Client(), kept, time, cancel).ConfigureAwait(false);
            if (renewal is not null)
            {
                KeptCertificate.Keep(options, name, renewal);
                kept = kept with { Renewal = renewal };
            }
        }
        return DueTime.Of(kept) <= now;
    }

    private DateTimeOffset DueOf(Identifier name)
    {
        if (KeptCertificate.Find(options, name) is not { } kept) return time.GetUtcNow();
        var due = DueTime.Of(kept);
        return kept.Renewal is { } renewal && renewal.AskAgain < due ? renewal.AskAgain : due;
    }

    // Before the authority is asked, whose certificates are counted.
    private void CheckRoom(Identifier name)
    {
        const int Enough = 64 * 1024;
        var probe = options.State.NoteOf(options.Directory, name) + ".probe";
        AtomicFile.Write(probe, new byte[Enough]);
        AtomicFile.TryDelete(probe);
    }

    private DateTimeOffset NextOf(Identifier name, Setback setback)
    {
        var latest = started + MostAfterStart;
        return hasFailed.Contains(name) || setback.Next < latest ? setback.Next : latest;
    }

    private Setback? SetbackOf(Identifier name)
    {
        try
        {
            return AtomicFile.TryRead(options.State.SetbackOf(options.Directory, name)) is { } kept
                ? JsonSerializer.Deserialize(kept, AcmeJson.Default.Setback)
                : null;
        }
        catch (Exception fault) when (fault is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private void Keep(Identifier name, Setback setback)
    {
        try
        {
            AtomicFile.Write(
                options.State.SetbackOf(options.Directory, name),
                JsonSerializer.SerializeToUtf8Bytes(setback, AcmeJson.Default.Setback));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // It was told of already.
        }
    }

    private static bool IsExpected(Exception fault) =>
        fault is AcmeException or IOException or UnauthorizedAccessException;

    private static string InWords(TimeSpan span) => span.TotalMinutes < 1.5 ? "a minute"
        : span.TotalMinutes < 100 ? $"{span.TotalMinutes:0} minutes"
        : $"{span.TotalHours:0} hours";
}

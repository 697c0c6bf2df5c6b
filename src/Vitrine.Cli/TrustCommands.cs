using System.Security.Cryptography;
using Vitrine.Server;
using Vitrine.Server.Certificates.Local;

namespace Vitrine.Cli;

/// <summary><c>vitrine trust</c> and <c>vitrine untrust</c>: whether this machine trusts the local authority.</summary>
internal static class TrustCommands
{
    /// <summary>Makes them.</summary>
    public static IEnumerable<System.CommandLine.Command> Make()
    {
        var trust = new System.CommandLine.Command(
            "trust", "Have this machine's programs trust the authority that --tls uses.");
        trust.SetAction(_ => Run(authority => TrustStores.Add(authority), "trusted by"));
        yield return trust;
        var untrust = new System.CommandLine.Command("untrust", "Have them trust it no more.");
        untrust.SetAction(_ => Run(authority => TrustStores.Remove(authority), "not trusted any more by"));
        yield return untrust;
    }

    private static int Run(Func<LocalAuthority, IReadOnlyList<TrustStores.Result>> change, string done)
    {
        if (Environment.GetEnvironmentVariable("SUDO_USER") is { Length: > 0 } user && Environment.UserName == "root")
        {
            Complaint.Say(
                $"this would be root's authority, and not that of {user}: run it without sudo, it says what only root "
                + "can do.");
            return 1;
        }
        try
        {
            var authority = LocalAuthority.FindOrMake();
            StandardStreams.Out.WriteLine($"{authority.Name}, in {authority.File}");
            StandardStreams.Out.WriteLine($"SHA-256 {authority.Fingerprint}");
            var results = change(authority);
            foreach (var (store, problem) in results)
                StandardStreams.Out.WriteLine(
                    problem is null ? $"  {done} {store}" : $"  NOT {done} {store}: {problem}");
            return results.All(result => result.Problem is null) ? 0 : 1;
        }
        catch (Exception fault) when (fault is CertificateException or IOException or UnauthorizedAccessException
            or CryptographicException)
        {
            Complaint.Say($"{fault.Message.TrimEnd('.')}.");
            return 1;
        }
    }
}

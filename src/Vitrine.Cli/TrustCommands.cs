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
        catch (CertificateException fault)
        {
            Complaint.Say($"{fault.Message}.");
            return 1;
        }
    }
}

using System.Text;
using System.Text.Json;
using Vitrine.Acme.State;

namespace Vitrine.Acme.Protocol;

/// <summary>The account with an authority (RFC 8555 section 7.3): made once, and kept.</summary>
internal static class Account
{
    private const string Unknown = "urn:ietf:params:acme:error:accountDoesNotExist";

    /// <summary>Its key.</summary>
    public static AccountKey Key(AcmeOptions options)
    {
        var file = options.State.AccountOf(options.Directory, options.Mail, ".key");
        if (AtomicFile.TryRead(file) is { } kept) return AccountKey.Read(Encoding.UTF8.GetString(kept), file);
        var key = AccountKey.Make();
        AtomicFile.Write(file, Encoding.ASCII.GetBytes(key.Export()));
        return key;
    }

    /// <summary>Has the client speak in its name; says so where it was made.</summary>
    public static async Task SignInAsync(
        AcmeClient client, AcmeOptions options, Action<string> say, CancellationToken cancel)
    {
        if (client.Account is not null) return;
        var file = options.State.AccountOf(options.Directory, options.Mail, ".json");
        if (Kept(file) is { } location)
        {
            client.Account = location;
            return;
        }
        var offers = await client.DirectoryAsync(cancel).ConfigureAwait(false);
        if (offers.Meta is { ExternalAccountRequired: true } && options.External is null)
            throw new AcmeException(
                "the authority wants an account that one has with it already: give its name and key with "
                + "--acme-eab-kid and --acme-eab-key");
        var account = new AccountMessage
        {
            Contact = options.Mail is { } mail ? ["mailto:" + mail] : null,
            TermsOfServiceAgreed = true,
            ExternalAccountBinding = options.External is { } external
                ? Jws.Bind(external, client.Key, offers.NewAccount)
                : null,
        };
        var reply = await client.PostAsync(
            offers.NewAccount, account, AcmeJson.Default.AccountMessage, cancel).ConfigureAwait(false);
        client.Account = reply.Location ?? throw new AcmeException("the authority does not say where the account is");
        var kept = account with { Status = "valid", Location = client.Account, ExternalAccountBinding = null };
        AtomicFile.Write(file, JsonSerializer.SerializeToUtf8Bytes(kept, AcmeJson.Default.AccountMessage));
        if (offers.Meta?.TermsOfService is { } terms)
            say($"an account was made with {options.Directory.Authority}, and its terms agreed to: {terms}");
    }

    /// <summary>Whether something failed because the authority has forgotten the account: then it is made
    /// anew.</summary>
    public static bool IsForgotten(AcmeClient client, AcmeOptions options, AcmeException fault)
    {
        if (fault.Problem != Unknown) return false;
        client.Account = null;
        AtomicFile.TryDelete(options.State.AccountOf(options.Directory, options.Mail, ".json"));
        return true;
    }

    private static Uri? Kept(string file)
    {
        try
        {
            return AtomicFile.TryRead(file) is { } kept
                ? JsonSerializer.Deserialize(kept, AcmeJson.Default.AccountMessage)?.Location
                : null;
        }
        catch (JsonException)
        {
            return null; // the authority finds it again by its key
        }
    }
}

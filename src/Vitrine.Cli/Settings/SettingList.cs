namespace Vitrine.Cli.Settings;

/// <summary>All settings, in the order in which they are listed.</summary>
internal static class SettingList
{
    public static Setting.Number Port { get; } = new(
        "port", "Port to listen on; 0 takes any free one. Also PORT.", 8000, 65535)
    {
        Letter = "-p",
    };

    public static Setting.Word Host { get; } = new(
        "host", "Address to listen on; :: is all of them. Default: localhost, IPv4 and IPv6.", "ADDRESS");

    public static Setting.Switch Public { get; } = new(
        "public", "Listen on all interfaces, and print the addresses.");

    public static Setting.Switch Open { get; } = new(
        "open", "Open the address in a browser; then there is no sandbox.")
    {
        Letter = "-o",
    };

    public static Setting.Switch Tls { get; } = new(
        "tls",
        "Speak HTTPS with a certificate of an authority of your own, made once; 'vitrine trust' has this machine trust "
        + "it.")
    {
        Letter = "-S",
    };

    public static Setting.Files TlsCert { get; } = new(
        "tls-cert",
        "Speak HTTPS with the certificate in this file: PEM, with those between it and one that clients know; or PKCS "
        + "#12. May be given several times, each with its key.");

    public static Setting.Files TlsKey { get; } = new(
        "tls-key", "The private key of the certificate (PEM), when it is not in the same file.");

    public static Setting.Switch TlsStrictNames { get; } = new(
        "tls-strict-names", "Refuse clients that ask for a host that no certificate is for.");

    public static Setting.Word TlsClientCa { get; } = new(
        "tls-client-ca", "Serve only clients with a certificate from those in this file (PEM).", "FILE");

    public static Setting.Switch TlsClientOptional { get; } = new(
        "tls-client-optional", "With --tls-client-ca: serve clients without a certificate too.");

    public static Setting.Word TlsTicketKeys { get; } = new(
        "tls-ticket-keys",
        "Share the keys of TLS sessions with other servers through this file: 80 random bytes a key, the newest first.",
        "FILE");

    public static Setting.Number RedirectHttp { get; } = new(
        "redirect-http",
        "Port on which plain HTTP is sent to the HTTPS port (308); 0 takes any free one.",
        null,
        65535);

    public static Setting.Number Hsts { get; } = new(
        "hsts",
        "Tell browsers to come by HTTPS alone for so many seconds (31536000 is a year). Never said of localhost or an "
        + "address; what was said cannot be taken back.",
        null,
        int.MaxValue);

    public static Setting.Words Acme { get; } = new(
        "acme",
        "Speak HTTPS with a certificate for this host from an authority (ACME; Let's Encrypt unless another is named), "
        + "whose terms are agreed to; it is renewed in time. May be given several times.",
        "NAME");

    public static Setting.Word AcmeEmail { get; } = new(
        "acme-email", "Where the authority may write to.", "ADDRESS");

    public static Setting.Switch AcmeStaging { get; } = new(
        "acme-staging", "Ask Let's Encrypt's staging for certificates that nobody trusts, to try it out.");

    public static Setting.Word AcmeDirectory { get; } = new(
        "acme-directory", "The directory of another authority.", "URL");

    public static Setting.Choice AcmeChallenge { get; } = new(
        "acme-challenge",
        "How to prove that a host is ours: tls-alpn-01 (the authority looks at port 443), http-01 (at port 80). "
        + "Default: either, as far as there is --redirect-http for the second.",
        "KIND",
        ["tls-alpn-01", "http-01"]);

    public static Setting.Word AcmeProfile { get; } = new(
        "acme-profile", "The authority's profile for the certificates, as 'shortlived'.", "NAME");

    public static Setting.Word AcmeEabKid { get; } = new(
        "acme-eab-kid", "The name of an account that one has with the authority already.", "ID");

    public static Setting.Word AcmeEabKey { get; } = new(
        "acme-eab-key", "A file with that account's key (HMAC, in base64url).", "FILE");

    public static Setting.Word AcmeTrust { get; } = new(
        "acme-trust", "Who vouches for the authority's own HTTPS (PEM), where the system does not know it.", "FILE");

    public static Setting.Word AcmeState { get; } = new(
        "acme-state",
        "Where accounts and certificates are kept. Default: $STATE_DIRECTORY, or /var/lib/vitrine for root, or the "
        + "user's data folder.",
        "FOLDER");

    public static Setting.Switch Quiet { get; } = new("quiet", "Print nothing but errors, and what is asked for.")
    {
        Letter = "-q",
    };

    public static Setting.Switch Wire { get; } = new("wire", "Show the raw exchange as it happens.");

    public static Setting.Choice Log { get; } = new(
        "log",
        "Log line per request: pretty (default at a terminal), common (default elsewhere), combined, json, none.",
        "FORMAT",
        ["pretty", "common", "combined", "json", "none"]);

    public static Setting.Number Workers { get; } = new("workers", "Number of workers; 0 is one a processor.", 0, 1024);

    public static Setting.Number CacheMegabytes { get; } = new(
        "cache-mb",
        "Most memory for cached files, in MB. Default: 256, and no more than an eighth of what there is.",
        null,
        1024 * 1024);

    public static Setting.Words Limit { get; } = new(
        "limit", "Set a limit: see the list below. May be given several times.", "NAME=N");

    public static Setting.Number Admin { get; } = new(
        "admin",
        "Port of /healthz and /readyz (and with TLS /certificates), on localhost alone; 0 takes any free one. Off "
        + "unless it is given.",
        null,
        65535);

    public static Setting.Switch Watch { get; } = new("watch", "Show changes at once, not within a second.");

    public static Setting.Switch NoListing { get; } = new(
        "no-listing", "Answer 404 for a folder without an index.html.");

    public static Setting.Switch NoServerHeader { get; } = new("no-server-header", "Do not send 'Server: vitrine'.");

    public static Setting.Choice Transport { get; } = new(
        "transport", "How bytes come and go: auto, epoll, portable.", "KIND", ["auto", "epoll", "portable"])
    {
        Default = "auto",
    };

    public static Setting.Word User { get; } = new(
        "user", "Once the port is open, become this user for good (Linux, started by root).", "NAME");

    public static Setting.Choice Sandbox { get; } = new(
        "sandbox",
        "On Linux: strict (reads the folder and what every program reads of its system; writes nothing, no programs, "
        + "no connecting with TCP), follow (reads what is around the folder too, so that another can take its place), "
        + "sealed (strict, and system calls are filtered), none. Default: follow on localhost, else strict.",
        "KIND",
        ["strict", "follow", "sealed", "none"]);

    public static Setting.Switch NoSandbox { get; } = new("no-sandbox", "The same as --sandbox none.");

    public static Setting.Switch CheckSandbox { get; } = new(
        "check-sandbox", "Start, try what the sandbox forbids, print what came of it, and stop.");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        Port, Host, Public, Open, Tls, TlsCert, TlsKey, TlsStrictNames, TlsClientCa, TlsClientOptional, TlsTicketKeys,
        RedirectHttp, Hsts, Acme, AcmeEmail, AcmeStaging, AcmeDirectory, AcmeChallenge, AcmeProfile, AcmeEabKid,
        AcmeEabKey, AcmeTrust, AcmeState, Quiet, Wire, Log, Workers, CacheMegabytes, Limit, Admin, Watch, NoListing,
        NoServerHeader, Transport, User, Sandbox, NoSandbox, CheckSandbox,
    ];
}

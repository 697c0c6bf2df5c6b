namespace Vitrine.Compare;

/// <summary>Where things are: the repository, the content that is served, and a folder for scratch files.</summary>
internal sealed record Place(string Repository, string Content, string Scratch)
{
    /// <summary>A file of the repository's <c>bench</c> folder.</summary>
    public string Bench(params string[] names) => Path.Combine([Repository, "bench", .. names]);

    /// <summary>A certificate for those that speak TLS (PEM).</summary>
    public string Certificate => Path.Combine(Scratch, "tls.pem");

    /// <summary>Its private key.</summary>
    public string CertificateKey => Path.Combine(Scratch, "tls.key");

    /// <summary>The file that a path of the site names.</summary>
    public string FileOf(string path) => Path.Combine(Content, path.TrimStart('/'));
}

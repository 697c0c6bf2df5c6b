namespace Vitrine.Server;

/// <summary>A certificate or a key that cannot be used: which file, why, and what to do.</summary>
public sealed class CertificateException(string message, Exception? inner = null) : Exception(message, inner);

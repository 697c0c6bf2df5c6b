namespace Vitrine.Server;

/// <summary>How bytes come and go.</summary>
public enum TransportKind
{
    /// <summary>The best that this system has.</summary>
    Auto,

    /// <summary>epoll: Linux.</summary>
    Epoll,

    /// <summary>System.Net.Sockets: everywhere.</summary>
    Portable,
}

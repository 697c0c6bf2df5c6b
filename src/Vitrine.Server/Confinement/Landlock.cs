using System.Runtime.Versioning;

namespace Vitrine.Server.Confinement;

/// <summary>
/// A Landlock ruleset (Linux 5.13, <c>landlock(7)</c>): rights that a thread gives up for good, and every thread that
/// it starts afterwards. Each version of the kernel's interface knows more rights; of those that it does not know none
/// is given up.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class Landlock : IDisposable
{
    private const int RulePathBeneath = 1;
    private const int RuleNetPort = 2;
    private const int AskForVersion = 1;

    private const ulong ReadFile = 1 << 2;
    private const ulong ReadFolder = 1 << 3;
    private const ulong Read = ReadFile | ReadFolder;
    private const ulong Write = Read | 1 << 1 | 1 << 4 | 1 << 5 | 1 << 7 | 1 << 8 | 1 << 14; // files and folders alone
    private const ulong OfFiles = 1 << 0 | 1 << 1 | 1 << 2 | 1 << 14 | 1 << 15;
    private const ulong BindTcp = 1 << 0;
    private const ulong ConnectTcp = 1 << 1;
    private const ulong AbstractSockets = 1 << 0;
    private const ulong Signals = 1 << 1;

    private readonly int ruleset;
    private readonly ulong fileRights;

    private Landlock(int ruleset, int version, ulong fileRights)
    {
        this.ruleset = ruleset;
        this.fileRights = fileRights;
        Version = version;
    }

    /// <summary>The version of the kernel's interface.</summary>
    public int Version { get; }

    /// <summary>Whether it knows of ports (version 4, Linux 6.7).</summary>
    public bool KnowsPorts => Version >= 4;

    /// <summary>The ruleset of a policy; null when the kernel has none.</summary>
    public static Landlock? TryMake(SandboxPolicy policy)
    {
        var version = (int)Libc.syscall(Libc.SYS_landlock_create_ruleset, 0, (void*)0, AskForVersion, 0);
        if (version < 1) return null;
        // Thirteen rights of the first version, then linking across folders, truncating, and ioctl on devices.
        var fileRights = (1UL << (version switch { 1 => 13, 2 => 14, < 5 => 15, _ => 16 })) - 1;
        var rights = new Libc.landlock_ruleset_attr
        {
            handled_access_fs = fileRights,
            handled_access_net = version < 4 ? 0 : ConnectTcp | (policy.Ports.Contains(0) ? 0 : BindTcp),
            scoped = version >= 6 ? AbstractSockets | Signals : 0,
        };
        var size = version switch { < 4 => sizeof(ulong), < 6 => 2 * sizeof(ulong), _ => 3 * sizeof(ulong) };
        var ruleset = (int)Libc.syscall(Libc.SYS_landlock_create_ruleset, (nint)(&rights), (void*)size, 0, 0);
        if (ruleset < 0) return null;
        var landlock = new Landlock(ruleset, version, fileRights);
        foreach (var path in policy.Readable.Concat(SandboxPolicy.System)) landlock.Allow(path, Read);
        foreach (var path in policy.Writable) landlock.Allow(path, Write);
        var ports = landlock.KnowsPorts && !policy.Ports.Contains(0) ? policy.Ports : [];
        foreach (var port in ports) landlock.AllowPort(port, BindTcp);
        foreach (var port in landlock.KnowsPorts ? policy.Connectable : []) landlock.AllowPort(port, ConnectTcp);
        return landlock;
    }

    /// <summary>Gives the rights up for the calling thread; false when the kernel refuses that.</summary>
    public bool RestrictThread() => Libc.prctl(Libc.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
        && Libc.syscall(Libc.SYS_landlock_restrict_self, ruleset, (void*)0, 0, 0) == 0;

    public void Dispose() => _ = Libc.close(ruleset);

    private void Allow(string path, ulong rights)
    {
        var fd = Libc.open(path, Libc.O_PATH_CLOEXEC);
        if (fd < 0) return;
        if (!Directory.Exists(path)) rights &= OfFiles;
        var rule = new Libc.landlock_path_beneath_attr { allowed_access = rights & fileRights, parent_fd = fd };
        _ = Libc.syscall(Libc.SYS_landlock_add_rule, ruleset, RulePathBeneath, &rule, 0);
        _ = Libc.close(fd);
    }

    private void AllowPort(int port, ulong rights)
    {
        var rule = new Libc.landlock_net_port_attr { allowed_access = rights, port = (ulong)port };
        _ = Libc.syscall(Libc.SYS_landlock_add_rule, ruleset, RuleNetPort, &rule, 0);
    }
}

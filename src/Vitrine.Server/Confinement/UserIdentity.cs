using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Vitrine.Server.Confinement;

/// <summary>
/// Who a process becomes that was started by root to listen on a port below 1024. There is no way back.
/// </summary>
public sealed unsafe class UserIdentity
{
    private readonly string name;

    private UserIdentity(string name, uint user, uint group)
    {
        this.name = name;
        User = user;
        Group = group;
    }

    /// <summary>The user's number.</summary>
    public uint User { get; }

    /// <summary>The number of its first group.</summary>
    public uint Group { get; }

    /// <summary>Whether this process runs as root.</summary>
    [SupportedOSPlatform("linux")]
    public static bool IsRoot => Libc.geteuid() == 0;

    /// <summary>A user by name, or by the number of one that has a name.</summary>
    /// <exception cref="ArgumentException">There is none, or it is root.</exception>
    [SupportedOSPlatform("linux")]
    public static UserIdentity Find(string name)
    {
        var isNumber = uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var id);
        var entry = isNumber ? Libc.getpwuid(id) : Libc.getpwnam(name);
        if (entry is null) throw new ArgumentException($"there is no user '{name}'");
        if (entry->pw_uid == 0) throw new ArgumentException($"'{name}' is root");
        return new UserIdentity(Marshal.PtrToStringUTF8((nint)entry->pw_name)!, entry->pw_uid, entry->pw_gid);
    }

    /// <summary>
    /// Becomes that user, with its groups and none of root's rights: all threads do. The C library sees to that.
    /// </summary>
    /// <exception cref="UnauthorizedAccessException">This process may not.</exception>
    [SupportedOSPlatform("linux")]
    public void Become()
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(name + '\0');
        fixed (byte* start = bytes)
        {
            // Groups first: afterwards there is no right to do so.
            if (Libc.initgroups(start, Group) != 0 || Libc.setresgid(Group, Group, Group) != 0
                || Libc.setresuid(User, User, User) != 0)
                throw new UnauthorizedAccessException($"only root can become '{name}'");
        }
        if (Libc.setuid(0) == 0) throw new UnauthorizedAccessException($"'{name}' could become root again");
    }

    /// <inheritdoc/>
    public override string ToString() => name;
}

using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Vitrine.Server.Confinement;

/// <summary>
/// Who a process becomes that was started by root to listen on a port below 1024. There is no way back.
/// </summary>
public sealed unsafe class UserIdentity
{
    private const int MostGroups = 1024;

    private readonly string name;
    private readonly uint[] groups;

    private UserIdentity(string name, uint user, uint group, uint[] groups)
    {
        this.name = name;
        this.groups = groups;
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
        // Looked up now: once there is a sandbox, the list of groups cannot be read any more.
        var groups = new uint[MostGroups];
        var count = MostGroups;
        fixed (uint* first = groups)
            if (Libc.getgrouplist(entry->pw_name, entry->pw_gid, first, &count) < 0) count = MostGroups;
        return new UserIdentity(
            Marshal.PtrToStringUTF8((nint)entry->pw_name)!, entry->pw_uid, entry->pw_gid, groups[..count]);
    }

    /// <summary>
    /// Becomes that user, with its groups and none of root's rights: all threads do. The C library sees to that.
    /// </summary>
    /// <exception cref="UnauthorizedAccessException">This process may not.</exception>
    [SupportedOSPlatform("linux")]
    public void Become()
    {
        fixed (uint* first = groups)
        {
            // Groups first: afterwards there is no right to do so.
            if (Libc.setgroups((nuint)groups.Length, first) != 0 || Libc.setresgid(Group, Group, Group) != 0
                || Libc.setresuid(User, User, User) != 0)
                throw new UnauthorizedAccessException(
                    $"this process may not become '{name}': only root can, with CAP_SETUID and CAP_SETGID");
        }
        // Nor by a program that would start as root whoever starts it.
        _ = Libc.prctl(Libc.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        if (Libc.setuid(0) == 0) throw new UnauthorizedAccessException($"'{name}' could become root again");
    }

    /// <summary>Gives that user a folder and all that is in it.</summary>
    /// <exception cref="UnauthorizedAccessException">This process may not.</exception>
    [SupportedOSPlatform("linux")]
    public void Own(string folder)
    {
        var all = new DirectoryInfo(folder).EnumerateFileSystemInfos(
            "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None });
        foreach (var path in all.Select(one => one.FullName).Prepend(folder))
            if (Libc.lchown(path, User, Group) != 0)
                throw new UnauthorizedAccessException(
                    $"'{path}' could not be given to '{name}': only root can do that");
    }

    /// <inheritdoc/>
    public override string ToString() => name;
}

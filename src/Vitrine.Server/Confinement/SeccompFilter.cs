using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Vitrine.Server.Confinement;

/// <summary>
/// A filter of system calls (<c>seccomp(2)</c>) for all threads of the process: what a server that is up never needs
/// fails with EPERM from then on. It looks at the call's number alone, but for <c>ioctl</c>, so the kernel remembers
/// its verdicts and asks it no more (Linux 5.11). It names what is refused and not what is allowed: the runtime's own
/// calls differ from one version of it to the next.
/// </summary>
[SupportedOSPlatform("linux")]
internal static unsafe class SeccompFilter
{
    private const ushort LoadWord = 0x20; // BPF_LD | BPF_W | BPF_ABS
    private const ushort JumpIfEqual = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
    private const ushort JumpIfAtLeast = 0x35; // BPF_JMP | BPF_JGE | BPF_K
    private const ushort Return = 0x06; // BPF_RET | BPF_K
    private const uint Allow = 0x7fff0000;
    private const uint Refuse = 0x00050000 | Libc.EPERM;
    private const uint Deny = 0x00050000 | Libc.ENOSYS;
    private const uint NumberOffset = 0;
    private const uint ArchitectureOffset = 4;
    private const uint SecondArgumentOffset = 24; // its lower half
    private const uint AuditX64 = 0xC000003E;
    private const uint AuditArm64 = 0xC00000B7;

    // setxattrat, and all that came after it (Linux 6.13), which has one number on every architecture: to a server that
    // is up they do not exist. Nor do the calls of x32 on x86-64, which are the same under numbers from 2^30.
    private const uint FirstUnknown = 463;

    // Programs: execve, execveat. Sockets: socket, connect, bind, socketpair. Others: ptrace, process_vm_readv,
    // process_vm_writev, pidfd_getfd. Mounts: mount, umount2, pivot_root, chroot, unshare, setns, open_tree to fspick,
    // mount_setattr, open_by_handle_at. The kernel: bpf, perf_event_open, userfaultfd, io_uring_setup, init_module,
    // finit_module, delete_module, kexec_load, kexec_file_load, reboot, keyctl, add_key, request_key. Identity: setuid,
    // setgid, setreuid, setregid, setresuid, setresgid, setfsuid, setfsgid, setgroups, capset. What of files Landlock
    // does not know: chmod, chown, setxattr, removexattr, utime and their kin.
    private static ReadOnlySpan<uint> RefusedOnX64 =>
    [
        59, 322, 41, 42, 49, 53, 101, 310, 311, 438, 165, 166, 155, 161, 272, 308, 428, 429, 430, 431, 432, 433, 442,
        304, 321, 298, 323, 425, 175, 313, 176, 246, 320, 169, 250, 248, 249, 105, 106, 113, 114, 117, 119, 122, 123,
        116, 126, 90, 91, 268, 452, 92, 93, 94, 260, 188, 189, 190, 197, 198, 199, 132, 235, 261, 280,
    ];

    private static ReadOnlySpan<uint> RefusedOnArm64 =>
    [
        221, 281, 198, 203, 200, 199, 117, 270, 271, 438, 40, 39, 41, 51, 97, 268, 428, 429, 430, 431, 432, 433, 442,
        265, 280, 241, 282, 425, 105, 273, 106, 104, 294, 142, 219, 217, 218, 146, 144, 145, 143, 147, 149, 151, 152,
        159, 91, 52, 53, 452, 54, 55, 5, 6, 7, 14, 15, 16, 88,
    ];

    // The flags of a file, which its owner may change with a descriptor that is open for reading: FS_IOC_SETFLAGS, the
    // same for 32 bits, FS_IOC_FSSETXATTR.
    private static ReadOnlySpan<uint> RefusedToIoctl => [0x40086602, 0x40046602, 0x401C5820];

    /// <summary>Sets it; false where its numbers are not known, or the kernel refuses.</summary>
    public static bool TrySet()
    {
        var (architecture, seccomp, ioctl) = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => (AuditX64, 317, 16u),
            Architecture.Arm64 => (AuditArm64, 277, 29u),
            _ => (0u, 0, 0u),
        };
        if (architecture == 0 || Libc.prctl(Libc.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
        var refused = architecture == AuditX64 ? RefusedOnX64 : RefusedOnArm64;
        var program = new List<Libc.sock_filter>
        {
            new() { code = LoadWord, k = ArchitectureOffset },
            new() { code = JumpIfEqual, k = architecture, jt = 1 },
            new() { code = Return, k = Refuse },
            new() { code = LoadWord, k = NumberOffset },
            new() { code = JumpIfAtLeast, k = FirstUnknown, jf = 1 },
            new() { code = Return, k = Deny },
            new() { code = JumpIfEqual, k = ioctl, jf = (byte)(RefusedToIoctl.Length + 3) },
            new() { code = LoadWord, k = SecondArgumentOffset },
        };
        AddVerdict(program, RefusedToIoctl);
        AddVerdict(program, refused);
        fixed (Libc.sock_filter* first = CollectionsMarshal.AsSpan(program))
        {
            var filter = new Libc.sock_fprog { len = (ushort)program.Count, filter = first };
            return Libc.syscall(
                seccomp, Libc.SECCOMP_SET_MODE_FILTER, Libc.SECCOMP_FILTER_FLAG_TSYNC, &filter, 0) == 0;
        }
    }

    // What is loaded is refused if it is one of these, and else allowed.
    private static void AddVerdict(List<Libc.sock_filter> program, ReadOnlySpan<uint> refused)
    {
        for (var i = 0; i < refused.Length; i++)
            program.Add(new() { code = JumpIfEqual, k = refused[i], jt = (byte)(refused.Length - i) });
        program.Add(new() { code = Return, k = Allow });
        program.Add(new() { code = Return, k = Refuse });
    }
}

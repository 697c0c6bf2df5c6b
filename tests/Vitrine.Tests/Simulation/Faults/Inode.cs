using Vitrine.Site.Origins;

namespace Vitrine.Tests.Simulation.Faults;

/// <summary>A file or folder of the simulated disk.</summary>
internal sealed class Inode(ulong number, FileKind kind)
{
    public ulong Number => number;

    public FileKind Kind => kind;

    /// <summary>Never changed: every change makes others.</summary>
    public byte[] Bytes { get; set; } = [];

    /// <summary>What a write that is under way will leave behind, or null.</summary>
    public byte[]? Unwritten { get; set; }

    public long WrittenAtMs { get; set; }

    public long ModifiedNs { get; set; }

    public long ChangedNs { get; set; }

    public uint Links { get; set; } = 1;

    public int Handles { get; set; }

    public FileFacts Facts => new(kind, 1, number, Bytes.Length, ModifiedNs, ChangedNs, Links);
}

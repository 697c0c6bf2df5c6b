using Microsoft.Win32.SafeHandles;

namespace Vitrine.Site.Origins.Portable;

/// <summary>A file of a <see cref="PortableFolder"/>.</summary>
internal sealed class PortableFile(
    SafeFileHandle handle, FileFacts facts, Func<SafeFileHandle, FileFacts> readFacts) : FolderFile(handle, facts)
{
    /// <inheritdoc/>
    public override int ReadCached(long position, Span<byte> destination) => WouldBlock;

    /// <inheritdoc/>
    protected override FileFacts ReadFacts(Blocking blocking) => readFacts((SafeFileHandle)Handle);
}

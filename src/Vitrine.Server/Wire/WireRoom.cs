using Vitrine.Http.Http2.Frames;
using Vitrine.Http.Http2.Hpack;

namespace Vitrine.Server.Wire;

/// <summary>Where fields are decoded to be shown, one after the other: the same for all connections.</summary>
internal sealed class WireRoom
{
    private byte[]? bytes;

    /// <summary>As much as the largest field takes.</summary>
    public byte[] Bytes =>
        bytes ??= new byte[HpackReader.RoomFor(WireFrames.MostBlockBytes, PeerSettings.UsualTableSize)];
}

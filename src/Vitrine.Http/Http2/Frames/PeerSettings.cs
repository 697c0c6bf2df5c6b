using System.Buffers.Binary;

namespace Vitrine.Http.Http2.Frames;

/// <summary>What the peer has us keep to (RFC 9113 section 6.5).</summary>
internal struct PeerSettings()
{
    /// <summary>The size of the table of fields until another is set.</summary>
    public const int UsualTableSize = 4096;

    /// <summary>The window that everything has at first.</summary>
    public const int UsualWindow = 65_535;

    /// <summary>How long each of them is.</summary>
    public const int SettingBytes = 6;

    /// <summary>The window that a stream begins with.</summary>
    public int InitialWindow { get; private set; } = UsualWindow;

    /// <summary>Most bytes of the table that our heads could refer to.</summary>
    public uint TableSize { get; private set; } = UsualTableSize;

    /// <summary>Takes what SETTINGS say, in their order.</summary>
    public ConnectionError? Apply(ReadOnlySpan<byte> payload)
    {
        for (; !payload.IsEmpty; payload = payload[SettingBytes..])
        {
            var value = BinaryPrimitives.ReadUInt32BigEndian(payload[2..]);
            switch ((SettingId)BinaryPrimitives.ReadUInt16BigEndian(payload))
            {
                case SettingId.HeaderTableSize:
                    TableSize = value;
                    break;
                case SettingId.EnablePush when value > 1:
                case SettingId.NoRfc7540Priorities when value > 1:
                case SettingId.MaxFrameSize when value is < FrameHeader.MostPayload or > 0xFFFFFF:
                    return ConnectionErrors.BadSetting;
                case SettingId.InitialWindowSize when value > int.MaxValue:
                    return ConnectionErrors.BadInitialWindow;
                case SettingId.InitialWindowSize:
                    InitialWindow = (int)value;
                    break;
            }
        }
        return null;
    }
}

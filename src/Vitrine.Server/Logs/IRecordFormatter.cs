using System.Buffers;

namespace Vitrine.Server.Logs;

/// <summary>Makes a journal's records readable. Called by the journal's thread alone.</summary>
internal interface IRecordFormatter
{
    /// <summary>
    /// Appends the record's lines, or nothing.
    /// </summary>
    void Format(in JournalRecord record, RecordTexts texts, ArrayBufferWriter<byte> text);

    /// <summary>
    /// Says, in the format's own way, that records were lost because they could not be written in time.
    /// </summary>
    void NoteLost(long count, ArrayBufferWriter<byte> text) =>
        text.Append($"# {count} lines were lost: they could not be written in time\n");
}

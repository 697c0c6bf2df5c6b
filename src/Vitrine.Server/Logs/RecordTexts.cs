namespace Vitrine.Server.Logs;

/// <summary>The texts behind a record: of a reply the request line, Referer and User-Agent, and whose certificate the
/// client has shown; of what went over the wire the bytes; of a refusal why.</summary>
internal readonly ref struct RecordTexts
{
    public ReadOnlySpan<byte> First { get; init; }

    public ReadOnlySpan<byte> Second { get; init; }

    public ReadOnlySpan<byte> Third { get; init; }

    public ReadOnlySpan<byte> Client { get; init; }

    /// <summary>How many bytes they are.</summary>
    public int Length => First.Length + Second.Length + Third.Length + Client.Length;
}

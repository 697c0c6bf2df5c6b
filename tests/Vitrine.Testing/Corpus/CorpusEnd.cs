namespace Vitrine.Testing.Corpus;

/// <summary>How an exchange ends.</summary>
public enum CorpusEnd
{
    /// <summary>The server closes the connection.</summary>
    Close,

    /// <summary>The connection can be used for a further request.</summary>
    Keep,

    /// <summary>The server waits for more of the last request.</summary>
    Wait,
}

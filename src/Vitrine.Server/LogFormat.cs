namespace Vitrine.Server;

/// <summary>What a log line looks like.</summary>
public enum LogFormat
{
    /// <summary>No log.</summary>
    None,

    /// <summary>For a person at a terminal.</summary>
    Pretty,

    /// <summary>The Common Log Format.</summary>
    Common,

    /// <summary>The Combined Log Format of Apache httpd.</summary>
    Combined,

    /// <summary>One JSON object a line.</summary>
    Json,
}

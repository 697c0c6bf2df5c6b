namespace Vitrine.Cli;

/// <summary>What the command has to say to who runs it, on the standard error.</summary>
internal static class Complaint
{
    /// <summary>Text without what a terminal would obey: somebody's folder may be called anything.</summary>
    public static string Visible(string text) => text.Any(char.IsControl)
        ? string.Concat(text.Select(c => char.IsControl(c) ? $"\\u{(int)c:x4}" : $"{c}"))
        : text;

    /// <summary>Says it, in a line of its own.</summary>
    public static void Say(string what)
    {
        try
        {
            StandardStreams.Error.Write($"vitrine: {Visible(what)}\n");
        }
        catch (IOException)
        {
            // Nobody can read it; that is no reason not to go on.
        }
    }
}

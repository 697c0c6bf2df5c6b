namespace Vitrine.Cli;

/// <summary>What the command has to say to who runs it, on the standard error.</summary>
internal static class Complaint
{
    /// <summary>Says it, in a line of its own.</summary>
    public static void Say(string what)
    {
        try
        {
            StandardStreams.Error.Write($"vitrine: {what}\n");
        }
        catch (IOException)
        {
            // Nobody can read it; that is no reason not to go on.
        }
    }
}

namespace Vitrine.Http.Replies;

/// <summary>Reasons of <see cref="Refusal"/> that hold in any version of HTTP.</summary>
public static class Reasons
{
    /// <summary>Not a byte of a reply was taken.</summary>
    public const string TookNothing = "The client took no byte of its reply for too long.";

    /// <summary>What was sent is the beginning of nothing.</summary>
    public const string FileChanged = "The file changed while it was being sent.";

    /// <summary>The rest cannot be read.</summary>
    public const string DiskFailed = "The disk or the file system failed in the middle of a file.";

    /// <summary>The rest may never be read.</summary>
    public const string DiskSilent = "The disk did not answer in the middle of a file.";

    /// <summary>There is no reply in time.</summary>
    public const string NotRead = "What is at this address could not be read for too long.";
}

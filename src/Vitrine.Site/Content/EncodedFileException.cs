namespace Vitrine.Site.Content;

/// <summary>
/// A file that lies compressed beside another is not sent in its place: a build was broken off, or one of the two was
/// changed alone.
/// </summary>
public sealed class EncodedFileException(string path, string what)
    : IOException($"{path} {what}: the plain file is sent");

using System.Text;

namespace Vitrine.Cli;

/// <summary>
/// The standard output and error as they are. After <see cref="StandardDescriptors.Fill"/>.
/// </summary>
internal static class StandardStreams
{
    private static readonly UTF8Encoding Encoding = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>The standard output, as text; to be flushed.</summary>
    public static TextWriter Out { get; } = new StreamWriter(OpenOutput(), Encoding);

    /// <summary>The standard error, as text, at once. Any thread.</summary>
    public static TextWriter Error { get; } =
        TextWriter.Synchronized(new StreamWriter(OpenError(), Encoding) { AutoFlush = true });

    /// <summary>Whether the standard output is a terminal.</summary>
    public static bool IsTerminal => StandardDescriptors.IsUsable(StandardDescriptors.Output)
        && !Console.IsOutputRedirected;

    /// <summary>The standard output; where there is none, what is written goes nowhere.</summary>
    public static Stream OpenOutput() => OperatingSystem.IsWindows()
        ? Console.OpenStandardOutput()
        : Open(StandardDescriptors.Output);

    /// <summary>The standard error, likewise.</summary>
    public static Stream OpenError() => OperatingSystem.IsWindows()
        ? Console.OpenStandardError()
        : Open(StandardDescriptors.Error);

    private static Stream Open(int descriptor) =>
        StandardDescriptors.IsUsable(descriptor) ? new DescriptorStream(descriptor) : Stream.Null;
}

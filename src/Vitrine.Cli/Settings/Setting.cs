namespace Vitrine.Cli.Settings;

/// <summary>
/// A setting, described once: whoever reads settings (the command line and the environment; a file can follow) makes of
/// it what it needs.
/// </summary>
/// <param name="Name">Its name, in small letters with hyphens.</param>
/// <param name="Text">What it does, with its unit and default, in a sentence or two.</param>
internal abstract record Setting(string Name, string Text)
{
    /// <summary>The option that sets it on the command line.</summary>
    public string OptionName => "--" + Name;

    /// <summary>A letter that stands for it, or null.</summary>
    public string? Letter { get; init; }

    /// <summary>What is on or off; off by default.</summary>
    internal sealed record Switch(string Name, string Text) : Setting(Name, Text);

    /// <summary>A whole number from 0 to <paramref name="Most"/>.</summary>
    internal sealed record Number(string Name, string Text, int? Default, int Most) : Setting(Name, Text);

    /// <summary>Any text, which <paramref name="Sort"/> says what it is.</summary>
    internal sealed record Word(string Name, string Text, string Sort) : Setting(Name, Text);

    /// <summary>One of some words.</summary>
    internal sealed record Choice(string Name, string Text, string Sort, string[] All) : Setting(Name, Text)
    {
        /// <summary>The one that holds unless another is given; null when that depends.</summary>
        public string? Default { get; init; }
    }

    /// <summary>The name of a file; several if it is given several times.</summary>
    internal sealed record Files(string Name, string Text) : Setting(Name, Text);

    /// <summary>Several words, which <paramref name="Sort"/> says what they are.</summary>
    internal sealed record Words(string Name, string Text, string Sort) : Setting(Name, Text);
}

using System.CommandLine;
using System.CommandLine.Parsing;

namespace Vitrine.Cli;

/// <summary>What is wrong with a command line: of several things, the one that explains the others.</summary>
internal static class Mistake
{
    /// <summary>It, in a sentence; null when nothing is wrong.</summary>
    public static string? In(string[] args, ParseResult parsed, Argument<string> folder)
    {
        if (parsed.Tokens.FirstOrDefault(token => token.Type == TokenType.Directive) is { } directive)
            return NoOption(directive.Value, parsed);
        foreach (var flag in parsed.RootCommandResult.Command.Options.OfType<Option<bool>>())
            if (args.Any(arg => arg.StartsWith(flag.Name + '=', StringComparison.Ordinal)))
                return $"{flag.Name} takes no value.";
        // A word that looks like an option and is none takes the folder's place, and the folder is left over.
        var named = parsed.GetResult(folder) is { Tokens: [var token, ..] } ? token.Value : null;
        var words = named is null ? parsed.UnmatchedTokens : [named, .. parsed.UnmatchedTokens];
        var end = Array.IndexOf(args, "--"); // what stands behind it is no option, whatever it looks like
        var names = end < 0 ? [] : args[(end + 1)..];
        if (words.FirstOrDefault(word => word.StartsWith('-') && !names.Contains(word)) is { } option)
            return NoOption(option, parsed);
        return parsed.UnmatchedTokens.Count > 0 ? TooMany(words)
            : parsed.Errors.Count > 0 ? parsed.Errors[0].Message
            : null;
    }

    private static string NoOption(string word, ParseResult parsed)
    {
        var names = parsed.CommandResult.Command.Options.Select(option => option.Name);
        var suggestion = NearestName.Suggest(word.Split('=')[0], names);
        return $"'{word}' is no option.{suggestion}"
            + (suggestion.Length == 0 ? $" If it is a folder, write './{word}'." : "");
    }

    // Which word is one too many: as a rule the one that is no folder, as in "vitrine serve site".
    private static string TooMany(IReadOnlyList<string> words)
    {
        var found = words.Where(Directory.Exists).ToArray();
        if (found.Length != 1)
            return $"one folder is served, and these are {words.Count}: {string.Join(", ", words.Select(Quote))}.";
        var strays = string.Join(" and ", words.Where(word => word != found[0]).Select(Quote));
        return $"{strays} {(words.Count == 2 ? "is one word" : "are words")} too many: write 'vitrine {found[0]}'.";
    }

    private static string Quote(string word) => $"'{word}'";
}

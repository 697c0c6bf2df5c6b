using Vitrine.Testing.Fuzzing;

namespace Vitrine.Tests.Fuzzing;

/// <summary>What fuzzers found worth keeping, and what once broke something.</summary>
public class FuzzCorpusTests
{
    public static TheoryData<string> Targets => [.. FuzzTargets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Everything_in_the_corpus_holds(string name)
    {
        var files = Directory.GetFiles(Repository.PathOf($"fuzz/corpora/{name}"));
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            var fault = Record.Exception(() => FuzzTargets.Find(name)!.Run(File.ReadAllBytes(file)));
            Assert.True(fault is null, $"{file}: {fault}");
        }
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Every_target_has_a_dictionary(string name) =>
        Assert.NotEmpty(File.ReadAllText(Repository.PathOf($"fuzz/dictionaries/{name}.txt")));
}

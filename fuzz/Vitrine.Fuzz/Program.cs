using SharpFuzz;
using Vitrine.Testing.Fuzzing;

// Under afl-fuzz: one target, input after input from the fuzzer. By hand: the target's name and files to replay.
var target = FuzzTargets.Find(args.Length > 0 ? args[0] : "");
if (target is null)
{
    Console.Error.WriteLine($"Name a target: {string.Join(", ", FuzzTargets.All.Select(each => each.Name))}.");
    return 2;
}
foreach (var file in args.Skip(1)) target.Run(File.ReadAllBytes(file));
if (args.Length > 1) return 0;
Fuzzer.OutOfProcess.Run(stream =>
{
    using var input = new MemoryStream();
    stream.CopyTo(input);
    target.Run(input.ToArray());
});
return 0;

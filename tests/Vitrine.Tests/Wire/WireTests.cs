using System.Text;
using System.Text.RegularExpressions;
using Vitrine.Http.Protocols;

namespace Vitrine.Tests.Wire;

public partial class WireTests
{
    private static readonly string Folder = Repository.PathOf("tests/wire");

    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (var file in Directory.EnumerateFiles(Folder, "*.http").Order(StringComparer.Ordinal))
            foreach (var wireCase in WireCase.Read(file)) cases.Add(Path.GetFileName(file), wireCase.Name);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_bytes_are_answered_as_written(string file, string name)
    {
        var wireCase = Find(file, name);
        var (output, want) = ProtocolRun.Run([wireCase.Sent], ended: false);
        Assert.Equal(wireCase.Outcome, OutcomeOf(output, want));
        if (Environment.GetEnvironmentVariable("VITRINE_UPDATE") == "1") Update(file, name, output);
        else Assert.Equal(Encoding.Latin1.GetString(wireCase.Received), Encoding.Latin1.GetString(output));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void They_are_answered_alike_at_every_split(string file, string name)
    {
        var sent = Find(file, name).Sent;
        var whole = ProtocolRun.Run([sent], ended: false);
        // A long case is made of repetition: every place near its ends, and some between.
        for (var at = 1; at < sent.Length; at += at is > 300 && at < sent.Length - 300 ? 97 : 1)
        {
            var split = ProtocolRun.Run([sent.AsMemory(0, at), sent.AsMemory(at)], ended: false);
            Assert.True(whole.Output.AsSpan().SequenceEqual(split.Output), $"split at {at}");
            Assert.Equal(whole.Want, split.Want);
        }
        if (sent.Length > 4_000) return;
        var bytes = ProtocolRun.Run(sent.Select((_, i) => (ReadOnlyMemory<byte>)sent.AsMemory(i, 1)), ended: false);
        Assert.Equal(Encoding.Latin1.GetString(whole.Output), Encoding.Latin1.GetString(bytes.Output));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task They_are_answered_alike_on_every_transport(string file, string name)
    {
        var wireCase = Find(file, name);
        foreach (var kind in WireServer.Kinds)
        {
            using var server = WireServer.Start(kind);
            var end = wireCase.Outcome.Split(' ')[^1];
            var output = await server.ExchangeAsync(wireCase.Sent, wireCase.Received.Length, end);
            var text = DateField().Replace(Encoding.Latin1.GetString(output), "Date: Sun, 06 Nov 1994 08:49:37 GMT");
            var expected = Encoding.Latin1.GetString(wireCase.Received);
            if (end == "keep" && expected.Length > 0) expected += "HTTP/1.1 200 OK";
            Assert.Equal(expected, text);
        }
    }

    private static WireCase Find(string file, string name) =>
        WireCase.Read(Path.Combine(Folder, file)).Single(found => found.Name == name);

    private static string OutcomeOf(byte[] output, Want want)
    {
        var statuses = StatusLine().Matches(Encoding.Latin1.GetString(output)).Select(match => match.Groups[1].Value);
        var end = want switch { Want.Close => "close", Want.Linger => "linger", _ => "keep" };
        return string.Join(' ', statuses.Append(end));
    }

    private static void Update(string file, string name, byte[] output)
    {
        var path = Path.Combine(Folder, file);
        var blocks = File.ReadAllText(path).Split("### ");
        for (var i = 1; i < blocks.Length; i++)
        {
            if (blocks[i].Split('\n')[0].Trim() != name) continue;
            var kept = blocks[i].TrimEnd().Split('\n').Where(line => !line.StartsWith('<'));
            blocks[i] = string.Join('\n', kept).TrimEnd() + "\n" + WireText.Encode(output, '<') + "\n";
        }
        File.WriteAllText(path, string.Join("### ", blocks).TrimEnd() + "\n");
    }

    [GeneratedRegex(@"HTTP/1\.1 (\d{3}) ")]
    private static partial Regex StatusLine();

    [GeneratedRegex("Date: [^\r]*")]
    private static partial Regex DateField();
}

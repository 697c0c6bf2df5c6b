
namespace Vitrine.Tests.Wire;

/// <summary>
/// One case of a file under <c>tests/wire</c>: what is sent (<c>&gt;</c>), what it comes to (<c>?</c>:
/// statuses, then whether the connection is kept, closed or lingers), and the exact bytes that come back
/// (<c>&lt;</c>), written as <see cref="WireText"/>.
/// </summary>
internal sealed record WireCase(string Name, byte[] Sent, string Outcome, byte[] Received)
{
    public static IEnumerable<WireCase> Read(string path)
    {
        var blocks = File.ReadAllText(path).Split("### ")[1..];
        return blocks.Select(block =>
        {
            var lines = block.Split('\n');
            return new WireCase(
                lines[0].Trim(),
                WireText.Decode(lines, '>'),
                lines.Single(line => line.StartsWith('?'))[1..].Trim(),
                WireText.Decode(lines, '<'));
        });
    }
}

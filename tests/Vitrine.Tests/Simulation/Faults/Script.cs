using System.Text;

namespace Vitrine.Tests.Simulation.Faults;

/// <summary>All that one client means to do.</summary>
internal sealed record Script(ScriptedRequest[] Requests, byte[] Stream, Ending Ending, int ReadLimit)
{
    public static Script Make(Random random, RequestMaker maker)
    {
        var requests = new ScriptedRequest[random.Next(1, 6)];
        var text = new StringBuilder();
        for (var i = 0; i < requests.Length; i++)
        {
            var request = maker.Make();
            var start = text.Length + (request.Text[0] == '\r' ? 2 : 0);
            text.Append(request.Text);
            requests[i] = request with { Start = start, End = text.Length };
        }
        var stream = Encoding.Latin1.GetBytes(text.ToString());
        var ending = random.Next(12) switch
        {
            0 => Ending.Resets,
            1 => Ending.StopsReading,
            2 => Ending.Stalls,
            _ => Ending.Finishes,
        };
        if (random.Next(ending == Ending.Finishes ? 15 : 3) == 0) stream = stream[..random.Next(stream.Length + 1)];
        return new Script(requests, stream, ending, random.Next(6_000));
    }
}

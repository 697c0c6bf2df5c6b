using BenchmarkDotNet.Attributes;
using Vitrine.Http;
using Vitrine.Http.Head;
using Vitrine.Http.Http1;

namespace Vitrine.Micro;

/// <summary>From bytes to a checked head.</summary>
[MemoryDiagnoser]
public class ParserBenchmarks
{
    private static readonly Limits Limits = new();

    private readonly HeadBuilder head = new(Limits);

    [Benchmark]
    public Http1Parser.Outcome LoadGenerator() => Parse(Requests.LoadGenerator);

    [Benchmark]
    public Http1Parser.Outcome Browser() => Parse(Requests.Browser);

    private Http1Parser.Outcome Parse(byte[] bytes)
    {
        head.Reset();
        return Http1Parser.Parse(bytes, head, Limits, out _);
    }
}

namespace Vitrine.Compare.Load;

/// <summary>What a load generator saw.</summary>
/// <param name="Requests">Requests that were answered.</param>
/// <param name="Seconds">For how long it ran.</param>
/// <param name="Bytes">Bytes that it read.</param>
/// <param name="MedianUs">The median latency in microseconds; 0 when it was not measured.</param>
/// <param name="P99Us">The 99th percentile of the latency in microseconds; 0 when it was not measured.</param>
/// <param name="Errors">Connections that broke and requests that got no answer.</param>
/// <param name="Refusals">Answers with a status of 400 or more.</param>
internal sealed record LoadResult(
    long Requests, double Seconds, long Bytes, double MedianUs, double P99Us, long Errors, long Refusals);

using Vitrine.Http.Protocols;
using Vitrine.Http.Replies;
using Vitrine.Net.Tls;

namespace Vitrine.Net;

/// <summary>What a worker lends to its connections, one at a time.</summary>
/// <param name="context">What its protocols share.</param>
/// <param name="inbox">Where finished work is posted.</param>
/// <param name="tap">Who watches the wire, or null.</param>
/// <param name="log">Who logs replies, or null.</param>
/// <param name="refusals">Who is told of refusals, or null.</param>
internal sealed class WorkerResources(
    ProtocolContext context, IInbox inbox, ITap? tap, IReplyLog? log, IRefusalLog? refusals)
{
    private const int MostSpareOutputs = 64;

    private readonly long mostBytes = context.Limits.OutputBytes;
    private readonly Stack<OutputQueue> spareOutputs = new();
    private OutputQueue? spareOutput; // the one that nearly every connection gets
    private long lentBytes;

    public ProtocolContext Context => context;

    public IInbox Inbox => inbox;

    public ProtocolChoice Protocols { get; } = new(context);

    public ITap? Tap => tap;

    public IReplyLog? Log => log;

    public IRefusalLog? Refusals => refusals;

    /// <summary>What TLS is spoken with, if it is: what it keeps for clients counts as lent.</summary>
    public TlsEngine? Tls
    {
        get;
        set
        {
            field = value;
            if (value is not null) value.MostTailBytes = mostBytes / 2;
        }
    }

    /// <summary>Whether somebody wants to know when things happen.</summary>
    public bool IsObserved => tap is not null || log is not null;

    /// <summary>
    /// Room for the longest head and as much again: a remainder and what follows it always fit.
    /// </summary>
    public byte[] Input { get; } = GC.AllocateUninitializedArray<byte>(
        Math.Max(64 * 1024, 2 * (context.Limits.HeadBytes + context.Limits.RequestLineBytes)), pinned: true);

    public OutputQueue RentOutput()
    {
        var output = spareOutput;
        if (lentBytes + (Tls?.TailBytes ?? 0) >= mostBytes) output = OutputQueue.Small();
        else if (output is not null) spareOutput = null;
        else if (!spareOutputs.TryPop(out output)) output = new OutputQueue();
        lentBytes += output.BufferLength;
        return output;
    }

    /// <summary>Takes a queue back from a client that takes its time, and gives it a smaller one.</summary>
    public OutputQueue Shrink(OutputQueue output)
    {
        var rest = output.Shrink();
        lentBytes += rest.BufferLength;
        ReturnOutput(output);
        return rest;
    }

    public void ReturnOutput(OutputQueue output)
    {
        output.Clear();
        lentBytes -= output.BufferLength;
        if (output.IsShrunk) return;
        if (spareOutput is null) spareOutput = output;
        else if (spareOutputs.Count < MostSpareOutputs) spareOutputs.Push(output);
    }
}

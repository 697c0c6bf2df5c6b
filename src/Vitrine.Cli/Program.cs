using Vitrine.Cli;

StandardStreams.Fill();
OutOfMemory.Explain();
try
{
    return await Command.RunAsync(args).ConfigureAwait(false);
}
catch (Exception fault) when (OutOfMemory.IsCause(fault))
{
    // Where a thread could not be started there may be too little for the event of unhandled exceptions too.
    OutOfMemory.End();
    throw;
}

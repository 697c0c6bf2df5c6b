using Vitrine.Cli;

StandardDescriptors.Fill();
LastWords.Prepare();
try
{
    return await Command.RunAsync(args).ConfigureAwait(false);
}
#pragma warning disable CA1031 // whatever it is: it ends with a sentence
catch (Exception fault)
{
    // Not left to the event of unhandled exceptions: where a thread could not be started there may be too little
    // memory for that.
    LastWords.End(fault);
    throw;
}
#pragma warning restore CA1031

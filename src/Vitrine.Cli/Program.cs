using Vitrine.Cli;

StandardStreams.Fill();
OutOfMemory.Explain();
return await Command.RunAsync(args).ConfigureAwait(false);

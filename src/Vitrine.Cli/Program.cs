using Vitrine.Cli;

StandardStreams.Fill();
return await Command.RunAsync(args).ConfigureAwait(false);

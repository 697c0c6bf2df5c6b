using Vitrine.Cli;

return await Command.RunAsync(args).ConfigureAwait(false);

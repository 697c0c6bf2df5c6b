using System.CommandLine;
using System.Reflection;
using Vitrine.Acme;
using Vitrine.Cli.Settings;
using Vitrine.Server.Confinement;

namespace Vitrine.Cli;

/// <summary>
/// <c>vitrine acme</c>: gets certificates that are due, and ends; or, as the server starts it, looks after them for as
/// long as the server is there. It has the keys of accounts, which the server never has, and may reach authorities and
/// write its state folder, and nothing else.
/// </summary>
internal static class AcmeCommand
{
    /// <summary>The word by which the server starts it.</summary>
    public const string Name = "acme";

    /// <summary>With it, it goes on until its standard input ends.</summary>
    public const string Beside = "--beside-server";

    /// <summary>Makes it.</summary>
    public static System.CommandLine.Command Make()
    {
        var settings = new AcmeSettings();
        var names = new Argument<string[]>("NAME")
        {
            Description = "The hosts that certificates are wanted for, one each.",
            Arity = ArgumentArity.OneOrMore,
        };
        var user = CommandOptions.Of(SettingList.User);
        var quiet = CommandOptions.Of(SettingList.Quiet);
        var beside = new Option<bool>(Beside) { Hidden = true };
        var command = new System.CommandLine.Command(
            Name,
            "Get certificates from an authority (ACME) that are due, and end: for a timer. 'vitrine FOLDER --acme "
            + "NAME' with the same state folder serves with them, and answers the authority when it looks.")
        {
            names, user, quiet, beside,
        };
        foreach (var option in settings.Others) command.Options.Add(option);
        command.Validators.Add(result =>
        {
            if (settings.WhatIsWrong(result, result.GetValue(names) ?? []) is { } wrong) result.AddError(wrong);
        });
        // Signals cancel it: what is under way is cleared away.
        command.SetAction((parsed, cancel) => RunAsync(
            () => settings.Read(parsed, parsed.GetValue(names)!) with { External = settings.ReadExternal(parsed) },
            parsed.GetValue(user),
            parsed.GetValue(quiet),
            parsed.GetValue(beside),
            cancel));
        return command;
    }

    private static async Task<int> RunAsync(
        Func<AcmeOptions> read, string? user, bool isQuiet, bool isBeside, CancellationToken cancel)
    {
        try
        {
            var options = read();
            options.State.Prepare(options);
            if (user is not null) Become(user, options.State);
            _ = Sandbox.Enter(SandboxPolicy.ToRenew(options.State.Path, PortsOf(options), options.TrustFile));
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            // Beside a server the standard output is the server's, for its log.
            Action<string> say = isQuiet ? _ => { } : isBeside ? Complain : Tell;
            using var renewer = new Renewer(options, AcmeHttp.Make(options.TrustFile, Version), say, Complain);
            if (!isBeside) return await renewer.RunOnceAsync(stop.Token).ConfigureAwait(false) ? 0 : 1;
            var serverEnds = new Thread(() => WaitForEndOfServer(stop)) { IsBackground = true };
            serverEnds.Start();
            await renewer.RunAsync(stop.Token).ConfigureAwait(false);
            return 0;
        }
        catch (OperationCanceledException)
        {
            return isBeside ? 0 : 1;
        }
        catch (Exception fault) when (fault is AcmeException or IOException or UnauthorizedAccessException
            or ArgumentException or PlatformNotSupportedException)
        {
            Complain(fault.Message.TrimEnd('.'));
            return 1;
        }
    }

    private static string Version =>
        typeof(AcmeCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?
            .InformationalVersion.Split('+')[0] ?? "0";

    private static void Become(string name, StateFolder state)
    {
        if (!OperatingSystem.IsLinux()) throw new PlatformNotSupportedException("--user is for Linux");
        var user = UserIdentity.Find(name);
        user.Own(state.Path);
        user.Become();
    }

    // What is asked for by its name, at the authority and at a proxy before it.
    private static int[] PortsOf(AcmeOptions options)
    {
        const int Dns = 53;
        var proxy = HttpClient.DefaultProxy.GetProxy(options.Directory);
        return [Dns, 443, options.Directory.Port, .. proxy is null ? Array.Empty<int>() : [proxy.Port]];
    }

    // The other end is the server's: it is closed when that ends, however it does.
    private static void WaitForEndOfServer(CancellationTokenSource stop)
    {
        try
        {
            using var input = Console.OpenStandardInput();
            while (input.ReadByte() >= 0)
            {
                // Nothing is said there.
            }
        }
        catch (IOException)
        {
            // That is an end too.
        }
        stop.Cancel();
    }

    private static void Tell(string what)
    {
        StandardStreams.Out.WriteLine(Complaint.Visible(what) + ".");
        StandardStreams.Out.Flush();
    }

    private static void Complain(string what) => Complaint.Say(what + ".");
}

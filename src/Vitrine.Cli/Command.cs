using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using Vitrine.Acme;
using Vitrine.Server;
using Vitrine.Server.Certificates.Local;
using Vitrine.Server.Confinement;
using Vitrine.Server.Logs;
using Vitrine.Site.Content;
using Vitrine.Site.Looking;
using Vitrine.Site.Memory;
using Vitrine.Site.Origins;

namespace Vitrine.Cli;

/// <summary>The <c>vitrine</c> command: parses, starts, waits, exits.</summary>
internal static class Command
{
    private const int Started = 0;
    private const int CouldNotStart = 1;
    private const int Usage = 2;
    private const int PortsToTry = 20;
    private const int MostConfessed = 5;
    private const int TooManyOpenFiles = 24; // EMFILE, on every Unix
    private const int BrokenPipe = 32; // EPIPE, likewise
    private const int FirstFreePort = 1024; // of those that anybody may listen on

    private static int confessed;

    /// <summary>Runs it and returns the exit code.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var options = new CommandOptions();
        // No response files and no directives: a folder may well be called @site.
        var parsed = options.Root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is HelpAction help) return await ActAsync(help, parsed).ConfigureAwait(false);
        if (options.WhatIsWrong(args, parsed) is { } wrong)
        {
            Complaint.Say(wrong.Replace('\n', ' ') + " Try 'vitrine --help'.");
            return Usage;
        }
        if (parsed.Action is { } action && action != options.Root.Action)
            return await ActAsync(action, parsed).ConfigureAwait(false);
        foreach (var doubt in Variables.Doubts(CommandOptions.Settable)) Complaint.Say(doubt);
        var request = options.Read(parsed);
        if (IsNowhere(request.Server.Root))
        {
            Complaint.Say("the current folder is gone; start it in another, or write all of the folder's path.");
            return Usage;
        }
        try
        {
            if (request.WantsOwnCertificate) request = request with { Server = WithOwnCertificate(request) };
            if (request.Acme is { } acme) Prepare(acme, request.Server.Root);
            if (request.User is not null) request = request with { Server = WithUser(request) };
            // In the sandbox nothing can be written.
            var spool = SpoolFile.TryOpen(request.Server.Limits.SpoolBytes);
            request = request with { Server = request.Server with { Spool = spool } };
            using var renewal = request.Acme is null || request.ChecksSandbox ? null : RenewalProcess.Start(request);
            // Before the first thread is started: they inherit it.
            var sandbox = Confine(request);
            renewal?.Watch();
            var server = await StartAsync(request).ConfigureAwait(false);
            // Whoever returns has seen it stop. After a fault the process ends, and does not wait: for want of memory
            // nothing might ever come.
            return await ServeAsync(server, request, sandbox).ConfigureAwait(false);
        }
        catch (DirectoryNotFoundException fault)
        {
            Complaint.Say(
                $"{fault.Message}; name a folder to serve, as in 'vitrine site', or try 'vitrine --help'."
                + NearestFolder(request.Server.Root));
            return Usage;
        }
        catch (UnauthorizedAccessException fault)
            when (request.User is { } user && fault.Message.Contains(user, StringComparison.Ordinal))
        {
            Complaint.Say($"{fault.Message}.");
            return CouldNotStart;
        }
        catch (UnauthorizedAccessException)
        {
            Complaint.Say($"no permission to read '{request.Server.Root}'; check who owns it and its mode.");
            return CouldNotStart;
        }
        catch (Exception fault) when (IsForWantOfDescriptors(fault))
        {
            Complaint.Say("could not start: there are too few descriptors; raise 'ulimit -n'.");
            return CouldNotStart;
        }
        catch (CertificateException fault)
        {
            Complaint.Say($"{fault.Message}.");
            return CouldNotStart;
        }
        catch (SocketException fault)
        {
            Complaint.Say(Explain(fault, request));
            return CouldNotStart;
        }
        catch (Exception fault) when (fault is (IOException and not FileNotFoundException and not FileLoadException)
            or PlatformNotSupportedException or ArgumentException)
        {
            Complaint.Say($"could not start: {fault.Message}");
            return CouldNotStart;
        }
    }

    // The help, or the version.
    private static async Task<int> ActAsync(CommandLineAction action, ParseResult parsed)
    {
        var output = new InvocationConfiguration
        {
            Output = StandardStreams.Out,
            EnableDefaultExceptionHandler = false,
        };
        try
        {
            var exit = await parsed.InvokeAsync(output).ConfigureAwait(false);
            if (action is HelpAction) LimitsHelp.Print();
            await StandardStreams.Out.FlushAsync().ConfigureAwait(false);
            return exit;
        }
        catch (IOException fault) when (fault.HResult == BrokenPipe)
        {
            return Started; // whoever reads it has seen enough
        }
        catch (IOException fault)
        {
            Complaint.Say($"could not print it: {fault.Message}.");
            return CouldNotStart;
        }
    }

    private static async Task<WebServer> StartAsync(CommandOptions.Request request)
    {
        for (var port = request.Server.Port; ; port++)
        {
            try
            {
                var options = request.Server with { Port = port, OnFault = Confess };
                return await WebServer.StartAsync(options).ConfigureAwait(false);
            }
            catch (SocketException fault) when (fault.SocketErrorCode == SocketError.AddressAlreadyInUse
                && !request.PortWasAskedFor && port < request.Server.Port + PortsToTry)
            {
                // The next one may be free.
            }
        }
    }

    // Before the sandbox, in which nothing can be written.
    private static WebServerOptions WithOwnCertificate(CommandOptions.Request request)
    {
        var isForOthers = !request.Server.Addresses.All(IPAddress.IsLoopback);
        var authority = LocalAuthority.FindOrMake();
        var tls = request.Server.Tls! with
        {
            OwnCertificate = authority.Issue(isForOthers),
            PrivateFiles = authority.PrivateFiles,
        };
        return request.Server with { Tls = tls };
    }

    // What is in it is for nobody else.
    private static void Prepare(AcmeOptions acme, string root)
    {
        var below = Path.GetRelativePath(Path.GetFullPath(root), acme.State.Path);
        var isServed = !Path.IsPathRooted(below) && !below.StartsWith("..", StringComparison.Ordinal)
            && !below.Split(Path.DirectorySeparatorChar).Any(part => part.Length > 1 && part[0] == '.');
        if (isServed)
            throw new CertificateException(
                $"'{acme.State.Path}', where certificates and their keys are kept, lies in the folder that is served: "
                + "choose another with --acme-state");
        acme.State.Prepare(acme);
    }

    private static WebServerOptions WithUser(CommandOptions.Request request)
    {
        if (!OperatingSystem.IsLinux()) throw new PlatformNotSupportedException("--user is for Linux.");
        var user = UserIdentity.Find(request.User!);
        return request.Server with { OnListening = user.Become };
    }

    private static Sandbox? Confine(CommandOptions.Request request)
    {
        // A browser would be in it too. Whether the folder is there is no matter: it may come a moment later.
        if (request.Sandbox == SandboxKind.None || request.Open) return null;
        if (!OperatingSystem.IsLinux())
        {
            if (request.IsSandboxAskedFor) throw new PlatformNotSupportedException("--sandbox is for Linux.");
            return null;
        }
        var morePorts = request.PortWasAskedFor ? 0 : PortsToTry;
        var follows = request.Sandbox == SandboxKind.Follow;
        var sandbox = Sandbox.Enter(SandboxPolicy.ToServe(request.Server, follows, morePorts));
        if (sandbox.Landlock > 0) return sandbox;
        const string None = $"there is no sandbox: {Sandbox.NoLandlock}";
        if (request.IsSandboxAskedFor) throw new PlatformNotSupportedException(None);
        if (request.Quiet) Complaint.Say($"{None}.");
        return sandbox;
    }

    private static async Task<int> ServeAsync(WebServer server, CommandOptions.Request request, Sandbox? sandbox)
    {
        using var signals = new Signals(server, request.Quiet);
        var banner = new Banner(server, request);
        if (request.Sandbox == SandboxKind.Sealed) sandbox?.Seal();
        if (sandbox is { IsSealed: false } && request.Sandbox == SandboxKind.Sealed)
            throw new PlatformNotSupportedException("the sandbox cannot be sealed: this system has no seccomp filter");
        if (request.ChecksSandbox) return Check(server, sandbox);
        // Whoever should read it may not, and a stop does not wait for that.
        var printed = Task.Run(() => banner.Print(sandbox));
        await Task.WhenAny(printed, server.Stopped).ConfigureAwait(false);
        if (request.Open) Browser.Open(server.Urls[0]);
        await server.Stopped.ConfigureAwait(false);
        return Started;
    }

    private static int Check(WebServer server, Sandbox? sandbox)
    {
        var attempts = SandboxCheck.Run(server, sandbox);
        foreach (var attempt in attempts)
        {
            StandardStreams.Out.WriteLine(
                attempt.IsUntried ? $"UNKNOWN  {attempt.Act}: it could not be tried"
                : attempt.Refusal is null ? $"ALLOWED  {attempt.Act}"
                : $"refused  {attempt.Act}: {attempt.Refusal}");
        }
        StandardStreams.Out.Flush();
        // What is not there in a bare container cannot be tried, nor reached.
        return attempts.All(attempt => attempt.IsUntried || attempt.Refusal is not null) ? Started : CouldNotStart;
    }

    private static string Explain(SocketException fault, CommandOptions.Request request) => fault.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse =>
            $"port {request.Server.Port} is in use; choose another with --port, or --port 0 for any free one.",
        SocketError.AccessDenied when request.Server.Port >= FirstFreePort =>
            $"the system does not let this process listen on port {request.Server.Port}: see what forbids it, as a "
            + "container's or a service's settings (SocketBindDeny).",
        SocketError.AccessDenied =>
            $"no permission to listen on port {request.Server.Port}; choose one above 1023 with --port.",
        SocketError.AddressNotAvailable =>
            $"this machine does not have the address {request.Server.Addresses[0]}; choose another with --host.",
        _ => $"could not listen on port {request.Server.Port}: {fault.Message}.",
    };

    // As it is where a release was cleared away while somebody stood in it.
    private static bool IsNowhere(string folder)
    {
        if (Path.IsPathFullyQualified(folder)) return false;
        try
        {
            return Directory.GetCurrentDirectory().Length == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static string NearestFolder(string root)
    {
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        var around = new DirectoryInfo(Path.GetDirectoryName(path) ?? path);
        try
        {
            var others = around.EnumerateDirectories().Select(other => other.Name);
            return NearestName.Suggest(Path.GetFileName(path), others);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static bool IsForWantOfDescriptors(Exception fault) =>
        fault is Win32Exception { NativeErrorCode: TooManyOpenFiles } or IOException { HResult: TooManyOpenFiles }
            or SocketException { SocketErrorCode: SocketError.TooManyOpenSockets }
        || (fault.InnerException is { } inner && IsForWantOfDescriptors(inner));

    // A bug that was met while serving; the first few are enough to find it.
    private static void Confess(Exception fault)
    {
        if (LastWords.IsForWantOfMemory(fault)) LastWords.End(fault);
        if (fault is WatchException or EncodedFileException or LogException or FolderReplacedException
            or CertificateException)
        {
            var remedy = fault is FolderReplacedException ? "; mend its mode, or restart it."
                : fault is CertificateException ? "."
                : "";
            Complaint.Say(fault.Message + remedy);
            return;
        }
        if (Interlocked.Increment(ref confessed) <= MostConfessed)
            Complaint.Say($"this is a bug, please report it: {fault}");
    }
}

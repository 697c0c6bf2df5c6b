using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Vitrine.Compare.Servers;

/// <summary>A server that was started, with all its processes.</summary>
internal sealed class RunningServer : IDisposable
{
    private const int StartTimeoutMs = 10_000;
    private const int StopTimeoutMs = 5_000;
    private const int MostOutput = 64 * 1024;
    private static readonly double TickSeconds =
        1.0 / int.Parse(Tool.Run(10, "getconf", "CLK_TCK"), CultureInfo.InvariantCulture);

    private readonly Process process;
    private readonly int[] processes;
    private readonly StringBuilder output;

    private RunningServer(Peer peer, int port, Process process, StringBuilder output, TimeSpan startTime)
    {
        Peer = peer;
        Port = port;
        this.process = process;
        this.output = output;
        processes = [process.Id, .. ChildrenOf(process.Id)];
        StartTime = startTime;
    }

    public Peer Peer { get; }

    public int Port { get; }

    /// <summary>The process that was started, and those that it had started when it answered.</summary>
    public IReadOnlyList<int> Processes => processes;

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded => process.HasExited;

    /// <summary>What it ended with: 128 and the signal's number, if it was by one.</summary>
    public int ExitCode => process.ExitCode;

    /// <summary>What it has printed so far, on both streams.</summary>
    public string Output
    {
        get
        {
            lock (output) return output.ToString();
        }
    }

    /// <summary>From the start of the process to its first answer.</summary>
    public TimeSpan StartTime { get; }

    /// <summary>CPU seconds of all its processes so far, in user and in system mode.</summary>
    public double CpuSeconds => processes.Sum(CpuTicksOf) * TickSeconds;

    /// <summary>
    /// Resident memory of all its processes in bytes; what several of them share counts several times.
    /// </summary>
    public long MemoryBytes => processes.Sum(MemoryOf);

    /// <summary>The address of a path.</summary>
    public string UrlOf(string path) => $"http://127.0.0.1:{Port}{path}";

    /// <summary>The same where HTTP/2 is spoken.</summary>
    public string Http2UrlOf(string path) =>
        Peer.HasOwnPortForHttp2 ? $"http://127.0.0.1:{Port + Peer.Http2PortOffset}{path}" : UrlOf(path);

    /// <summary>The same where TLS is.</summary>
    public string SecureUrlOf(string path) => $"https://127.0.0.1:{Port + Peer.SecurePortOffset}{path}";

    /// <summary>Starts it and waits for its first answer.</summary>
    /// <exception cref="InvalidOperationException">It gave none.</exception>
    public static RunningServer Start(Peer peer, Place place, int port)
    {
        if (Answers(peer, port)) throw new InvalidOperationException($"Somebody has port {port} already.");
        var command = peer.Command(place, port);
        var start = new ProcessStartInfo("taskset", ["-c", peer.Processors, .. command])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in peer.Variables) start.Environment[name] = value;
        var clock = Stopwatch.StartNew();
        var process = Process.Start(start)!;
        var output = new StringBuilder();
        void Keep(object sender, DataReceivedEventArgs received)
        {
            lock (output)
                if (output.Length < MostOutput) output.AppendLine(received.Data);
        }
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        while (!Answers(peer, port))
        {
            if (!process.HasExited && clock.ElapsedMilliseconds < StartTimeoutMs) continue;
            if (!process.HasExited) process.Kill();
            process.WaitForExit(); // what it has printed is here then
            throw new InvalidOperationException($"{peer.Name} does not answer on port {port}. {output}");
        }
        return new RunningServer(peer, port, process, output, clock.Elapsed);
    }

    /// <summary>Sends the first process a signal, as in <c>TERM</c>.</summary>
    public void Signal(string name) => Tool.Run(10, "kill", $"-{name}", $"{process.Id}");

    /// <summary>Waits until it has ended; false when it has not in time.</summary>
    public bool WaitForEnd(int timeoutMs) => process.WaitForExit(timeoutMs);

    public void Dispose()
    {
        if (!process.HasExited) Signal("TERM");
        if (!process.WaitForExit(StopTimeoutMs)) process.Kill();
        process.Dispose();
    }

    private static bool Answers(Peer peer, int port)
    {
        try
        {
            if (peer.IsSecureAlone)
            {
                using var secure = new TcpClient("127.0.0.1", port + Peer.SecurePortOffset);
                return true;
            }
            using var client = new TcpClient("127.0.0.1", port);
            var stream = client.GetStream();
            stream.Write("GET /page.html HTTP/1.1\r\nHost: localhost\r\n\r\n"u8);
            return stream.ReadByte() == 'H';
        }
        catch (Exception fault) when (fault is SocketException or IOException)
        {
            return false;
        }
    }

    private static IEnumerable<int> ChildrenOf(int parent) => Directory
        .EnumerateDirectories($"/proc/{parent}/task")
        .SelectMany(task => Words(File.ReadAllText(Path.Combine(task, "children"))))
        .Select(id => (int)Number(id));

    // The name, in parentheses, may hold anything: count from behind it.
    private static long CpuTicksOf(int id)
    {
        var text = File.ReadAllText($"/proc/{id}/stat");
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return Number(fields[11]) + Number(fields[12]);
    }

    private static long MemoryOf(int id) => File.ReadLines($"/proc/{id}/smaps_rollup")
        .Where(line => line.StartsWith("Rss:", StringComparison.Ordinal))
        .Sum(line => Number(Words(line)[1]) * 1024);

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}

using System.Runtime.InteropServices;
using Vitrine.Attacks.Harness;
using Vitrine.Attacks.Linux;

namespace Vitrine.Attacks.Paths;

/// <summary>Two names that change places, as fast as the kernel does it; each is always there.</summary>
internal sealed class Swapper : IDisposable
{
    private readonly Thread thread;
    private volatile bool isOver;
    private int error;

    public Swapper(string one, string other)
    {
        thread = Threads.Start("swapper", () =>
        {
            for (; !isOver && error == 0; Count++)
                if (Libc.renameat2(Libc.AT_FDCWD, one, Libc.AT_FDCWD, other, Libc.RENAME_EXCHANGE) < 0)
                    error = Marshal.GetLastSystemError();
        });
    }

    /// <summary>How many times they did.</summary>
    public long Count { get; private set; }

    public void Dispose()
    {
        isOver = true;
        thread.Join();
        if (error != 0) throw new InvalidOperationException($"The names cannot be swapped: error {error}.");
    }
}

using System.Security.Cryptography;

namespace Vitrine.Net.Tls;

/// <summary>
/// The keys under which clients are given their sessions to keep (RFC 5077; RFC 8446 section 4.6.1), shared by all
/// workers. A new one is made every few hours; with those before it, sessions can still be resumed that it was not
/// there for, and after a day no session can be read with what is in memory.
/// </summary>
public sealed class TicketKeys
{
    /// <summary>How many bytes name a key.</summary>
    public const int NameBytes = 16;

    /// <summary>How many bytes a key has in a file: its name, then what encrypts, then what authenticates.</summary>
    public const int KeyBytes = NameBytes + SecretBytes + SecretBytes;

    /// <summary>For how long a new one is used.</summary>
    public const int RotationMs = 8 * 3600 * 1000;

    /// <summary>For how long a client may keep a session.</summary>
    public const int LifetimeSeconds = 24 * 3600;

    private const int SecretBytes = 32;
    private volatile Key[] keys = [];
    private bool isShared; // with other servers, which would not know a key of our own making

    /// <summary>Makes them.</summary>
    /// <param name="nowMs">The time, in milliseconds since whenever.</param>
    public TicketKeys(long nowMs) => keys = [Key.Make(nowMs)];

    /// <summary>A key: the newest seals, all of them open.</summary>
    /// <param name="Name">What a ticket names it by.</param>
    /// <param name="Encryption">For AES-256 in CBC mode.</param>
    /// <param name="Authentication">For HMAC with SHA-256.</param>
    /// <param name="BornMs">When it was made.</param>
    internal sealed record Key(byte[] Name, byte[] Encryption, byte[] Authentication, long BornMs)
    {
        /// <summary>A new one.</summary>
        public static Key Make(long nowMs) => From(RandomNumberGenerator.GetBytes(KeyBytes), nowMs);

        /// <summary>One that is written down.</summary>
        public static Key From(ReadOnlySpan<byte> bytes, long nowMs) => new(
            bytes[..NameBytes].ToArray(),
            bytes.Slice(NameBytes, SecretBytes).ToArray(),
            bytes.Slice(NameBytes + SecretBytes, SecretBytes).ToArray(),
            nowMs);
    }

    /// <summary>Takes keys that several servers share, the newest first; they replace one another by the file, and not
    /// by time.</summary>
    /// <exception cref="ArgumentException">It is not a whole number of keys, one to sixteen.</exception>
    public void Share(ReadOnlySpan<byte> bytes)
    {
        const int Most = 16;
        if (bytes.Length is 0 or > Most * KeyBytes || bytes.Length % KeyBytes != 0)
            throw new ArgumentException(
                $"it has {bytes.Length} bytes, and not {KeyBytes} for each key", nameof(bytes));
        var shared = new Key[bytes.Length / KeyBytes];
        for (var i = 0; i < shared.Length; i++) shared[i] = Key.From(bytes.Slice(i * KeyBytes, KeyBytes), 0);
        isShared = true;
        keys = shared;
    }

    /// <summary>
    /// Makes a new one when it is time, and forgets those that no session is under any more: to be called now and then,
    /// by one at a time.
    /// </summary>
    public void Rotate(long nowMs)
    {
        if (isShared || nowMs - keys[0].BornMs < RotationMs) return;
        const long MostMs = LifetimeSeconds * 1000L + RotationMs; // the last session under it is younger by that
        keys = [Key.Make(nowMs), .. keys.Where(key => nowMs - key.BornMs < MostMs)];
    }

    /// <summary>The one under which sessions are given out now.</summary>
    internal Key Newest => keys[0];

    /// <summary>The one of that name, or null when it is too old or never was ours.</summary>
    internal Key? Find(ReadOnlySpan<byte> name)
    {
        foreach (var key in keys)
            if (name.SequenceEqual(key.Name)) return key;
        return null;
    }
}

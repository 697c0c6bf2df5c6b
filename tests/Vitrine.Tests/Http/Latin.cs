using System.Text;

namespace Vitrine.Tests.Http;

/// <summary>Bytes as text, one character a byte, so that a test can write any byte as a character.</summary>
internal static class Latin
{
    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    public static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}

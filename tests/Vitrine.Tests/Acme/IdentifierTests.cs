using Vitrine.Acme;

namespace Vitrine.Tests.Acme;

/// <summary>What a certificate can be for.</summary>
public sealed class IdentifierTests
{
    [Theory]
    [InlineData("example.org", "dns", "example.org")]
    [InlineData("WWW.Example.ORG.", "dns", "www.example.org")]
    [InlineData("bücher.example", "dns", "xn--bcher-kva.example")]
    [InlineData("192.0.2.1", "ip", "192.0.2.1")]
    [InlineData("[2001:DB8::1]", "ip", "2001:db8::1")]
    public void Is_read(string text, string type, string value) =>
        Assert.Equal(new Identifier(type, value), Identifier.Read(text, out _));

    [Theory]
    [InlineData("*.example.org", "dns-01")]
    [InlineData("localhost", "not the full name")]
    [InlineData("", "not the full name")]
    [InlineData("-a.example", "not the full name")]
    [InlineData("a..example", "not the full name")]
    [InlineData("https://example.org/", "not the full name")]
    [InlineData("example.org:443", "not the full name")]
    [InlineData("1", "not the full name")]
    public void Or_what_is_wrong_is_said(string text, string wrong)
    {
        Assert.Null(Identifier.Read(text, out var said));
        Assert.Contains(wrong, said, StringComparison.Ordinal);
    }
}

using Vitrine.Site.Origins.Portable;

namespace Vitrine.Tests.Site;

public class WindowsNameTests
{
    [Theory]
    [InlineData("index.html")]
    [InlineData("a/b/c.txt")]
    [InlineData("")]
    [InlineData(".well-known/security.txt")]
    [InlineData("nullable.txt")]
    [InlineData("com")]
    [InlineData("com/x")]
    [InlineData("COM.txt")]
    [InlineData("com12")]
    [InlineData("lpt10.txt")]
    [InlineData("console.log")]
    [InlineData("a.nul")]
    [InlineData("nul1")]
    [InlineData("conf1")]
    public void These_are_files(string path) => Assert.True(WindowsName.AreAllPlain(path));

    [Theory]
    [InlineData("NUL")]
    [InlineData("nul.txt")]
    [InlineData("nul .txt")]
    [InlineData("a/con/b")]
    [InlineData("aux.html")]
    [InlineData("PRN")]
    [InlineData("COM1")]
    [InlineData("com0.txt")]
    [InlineData("LPT\u00B9")]
    [InlineData("conin$")]
    [InlineData("page.html.")]
    [InlineData("page.html ")]
    [InlineData("folder./page.html")]
    [InlineData("page.html::$DATA")]
    [InlineData("c:/windows")]
    [InlineData("a?b")]
    public void These_are_not(string path) => Assert.False(WindowsName.AreAllPlain(path));
}

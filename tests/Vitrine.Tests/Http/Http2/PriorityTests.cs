using System.Text;
using Vitrine.Http.Http2;

namespace Vitrine.Tests.Http.Http2;

public class PriorityTests
{
    [Theory]
    [InlineData("", 3, false)]
    [InlineData("u=0", 0, false)]
    [InlineData("u=7, i", 7, true)]
    [InlineData("i,u=1", 1, true)]
    [InlineData("i=?0, u=5", 5, false)]
    [InlineData("i=?1", 3, true)]
    [InlineData("u=8", 3, false)] // what cannot be is as if it were not there
    [InlineData("u=-1, i=2", 3, false)]
    [InlineData("u=12", 3, false)]
    [InlineData("U=1, I", 3, false)]
    [InlineData("u=2;x=1 , other=\"y\"", 2, false)]
    [InlineData("u=2, u=4", 4, false)] // the last one counts (RFC 9651 section 3.2)
    public void A_field_says_how_urgent(string text, byte urgency, bool isIncremental) =>
        Assert.Equal(new Priority(urgency, isIncremental), Priority.Parse(Encoding.ASCII.GetBytes(text)));

    [Theory]
    [InlineData("text/css; charset=utf-8", 2)]
    [InlineData("text/javascript; charset=utf-8", 2)]
    [InlineData("text/html; charset=utf-8", 2)]
    [InlineData("font/woff2", 2)]
    [InlineData("application/json", 3)]
    [InlineData("image/png", 4)]
    [InlineData("video/mp4", 5)]
    public void What_a_page_needs_first_goes_first(string type, byte urgency) =>
        Assert.Equal(urgency, Priority.OfMediaType(Encoding.ASCII.GetBytes($"Content-Type: {type}\r\n")).Urgency);
}

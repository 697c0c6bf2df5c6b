using System.Text;
using Vitrine.Http.Replies;

namespace Vitrine.Tests.Http.Replies;

public class FieldSetTests
{
    [Fact]
    public void Fields_are_kept_in_order_and_replaced_by_name_whatever_its_case()
    {
        var fields = new FieldSet { { "A", "1" }, { "B", "2" }, { "a", "3" } };
        Assert.Equal("1", fields["a"]);
        fields.Set("A", "4");
        Assert.Equal([new Field("B", "2"), new Field("A", "4")], fields);
        fields.Remove("b");
        Assert.Null(fields["B"]);
    }

    [Theory]
    [InlineData("", "x")]
    [InlineData("A B", "x")]
    [InlineData("A:", "x")]
    [InlineData("Ä", "x")]
    [InlineData("A", "x\r\nB: y")]
    [InlineData("A", "x\ny")]
    [InlineData("A", "x\0y")]
    [InlineData("A", "ä")]
    public void What_no_field_can_be_is_refused(string name, string value) =>
        Assert.ThrowsAny<ArgumentException>(() => new FieldSet { { name, value } });

    [Fact]
    public void They_are_baked_so_that_parts_can_be_cut_off()
    {
        var baked = new BakedFields(new FieldSet
        {
            { "X", "1" }, { "Content-Type", "text/plain" }, { "ETag", "\"a\"" }, { "Content-Length", "7" },
            { "Cache-Control", "no-cache" }, { "Access-Control-Allow-Origin", "*" }, { "Vary", "Origin" },
        });
        const string Rest =
            "X: 1\r\nETag: \"a\"\r\nCache-Control: no-cache\r\nAccess-Control-Allow-Origin: *\r\nVary: Origin\r\n\r\n";
        Assert.Equal("Content-Length: 7\r\nContent-Type: text/plain\r\n" + Rest, Text(baked.All));
        Assert.Equal("Content-Type: text/plain\r\n" + Rest, Text(baked.WithoutLength));
        Assert.Equal(Rest, Text(baked.WithoutType));
        Assert.Equal(Rest["X: 1\r\n".Length..], Text(baked.NotModified));
    }

    // As another protocol bakes them.
    [Fact]
    public void What_is_baked_can_be_read_again()
    {
        var page = Representation.InMemory(
            PinnedBytes.Copy("x"u8),
            "text/plain",
            new Metadata("\"t\"", 0, new FieldSet { { "Cache-Control", "a: b" } }));
        Assert.Equal(
            [
                "Content-Length", "Content-Type", "X-Content-Type-Options", "Accept-Ranges", "ETag", "Last-Modified",
                "Cache-Control",
            ],
            page.Fields.ToSet().Select(field => field.Name));
        Assert.Equal("a: b", page.Fields.ToSet()["cache-control"]);
        Assert.Equal(Text(page.Fields.All), Text(new BakedFields(page.Fields.ToSet()).All));
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.ASCII.GetString(bytes);
}

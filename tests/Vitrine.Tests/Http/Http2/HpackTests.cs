using System.Buffers;
using System.Text;
using Vitrine.Http.Http2.Hpack;

namespace Vitrine.Tests.Http.Http2;

public class HpackTests
{
    // RFC 7541 Appendix C.
    [Theory]
    [InlineData("400a637573746f6d2d6b65790d637573746f6d2d686561646572", "custom-key: custom-header")]
    [InlineData("040c2f73616d706c652f70617468", ":path: /sample/path")]
    [InlineData("100870617373776f726406736563726574", "password: secret")]
    [InlineData("82", ":method: GET")]
    public void Fields_are_read_as_the_specification_s_examples_say(string block, string field) =>
        Assert.Equal([field], Read(new HpackReader(4096), block));

    [Theory]
    [InlineData(
        4096,
        "828684410f7777772e6578616d706c652e636f6d",
        "828684be58086e6f2d6361636865",
        "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565")]
    [InlineData(
        4096,
        "828684418cf1e3c2e5f23a6ba0ab90f4ff",
        "828684be5886a8eb10649cbf",
        "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf")]
    public void So_are_the_requests_that_follow_each_other(int size, params string[] blocks)
    {
        var reader = new HpackReader(size);
        string[] first = [":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com"];
        Assert.Equal(first, Read(reader, blocks[0]));
        Assert.Equal([.. first, "cache-control: no-cache"], Read(reader, blocks[1]));
        Assert.Equal(
            [":method: GET", ":scheme: https", ":path: /index.html", ":authority: www.example.com",
                "custom-key: custom-value"],
            Read(reader, blocks[2]));
    }

    [Fact]
    public void So_are_the_replies_whose_table_is_small()
    {
        var reader = new HpackReader(256);
        var first = Read(
            reader,
            "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae"
            + "43d3");
        Assert.Equal(
            [":status: 302", "cache-control: private", "date: Mon, 21 Oct 2013 20:13:21 GMT",
                "location: https://www.example.com"],
            first);
        Assert.Equal([":status: 307", .. first[1..]], Read(reader, "4883640effc1c0bf"));
        Assert.Equal(
            [":status: 200", "cache-control: private", "date: Mon, 21 Oct 2013 20:13:22 GMT",
                "location: https://www.example.com", "content-encoding: gzip",
                "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1"],
            Read(
                reader,
                "88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335dfdfcd5b3960"
                + "d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007"));
    }

    [Theory]
    [InlineData("80")] // index 0
    [InlineData("be")] // past the end of the table, which is empty
    [InlineData("7f")] // an integer without its end
    [InlineData("ffffffffff7f")] // one of more octets than any limit needs
    [InlineData("ff808080808000")]
    [InlineData("3fe21f")] // a table of 4,097 bytes
    [InlineData("8220")] // a size behind a field
    [InlineData("400a637573")] // a name that is cut
    [InlineData("0004746573740581")] // a value that is cut
    [InlineData("0085f2b24a84ff0000")] // padding of eight bits and more
    [InlineData("0081000161")] // padding that is not ones
    [InlineData("0084ffffffff0161")] // EOS
    [InlineData("00")]
    public void What_is_malformed_is_refused(string block) => Assert.Null(TryRead(new HpackReader(4096), block));

    [Fact]
    public void A_field_that_is_larger_than_the_table_empties_it()
    {
        var reader = new HpackReader(64);
        Assert.Equal(["a: b"], Read(reader, "40016101" + "62"));
        Assert.Equal(["a: b"], Read(reader, "be"));
        var value = new string('v', 60);
        Assert.Equal([$"c: {value}"], Read(reader, "4001633c" + Convert.ToHexString(Encoding.ASCII.GetBytes(value))));
        Assert.Null(TryRead(reader, "be"));
    }

    // RFC 7541 section 4.4: the name may be that of the field which goes.
    [Fact]
    public void A_field_may_take_its_name_from_the_one_that_it_drives_out()
    {
        var reader = new HpackReader(64);
        Assert.Equal(["name: value"], Read(reader, "40046e616d65" + "0576616c7565"));
        var value = string.Concat(Enumerable.Repeat("78", 28));
        Assert.Equal(["name: " + new string('x', 28)], Read(reader, "7e1c" + value));
        Assert.Equal(["name: " + new string('x', 28)], Read(reader, "be"));
        Assert.Null(TryRead(reader, "bf"));
    }

    // What was found by hand is the model: a list that is too long is cut at its end.
    [Fact]
    public void The_table_remembers_what_a_list_would()
    {
        var random = new Random(1);
        var reader = new HpackReader(512);
        var model = new List<(string Name, string Value)>();
        for (var i = 0; i < 20_000; i++)
        {
            if (model.Count > 0 && random.Next(3) > 0)
            {
                var index = random.Next(model.Count);
                Assert.Equal([$"{model[index].Name}: {model[index].Value}"], Read(reader, $"{0x80 | (62 + index):x2}"));
                continue;
            }
            var name = new string((char)('a' + random.Next(26)), random.Next(1, 40));
            var value = new string((char)('a' + random.Next(26)), random.Next(0, 90));
            var block = $"40{name.Length:x2}{Hex(name)}{value.Length:x2}{Hex(value)}";
            Assert.Equal([$"{name}: {value}"], Read(reader, block));
            model.Insert(0, (name, value));
            while (model.Sum(field => field.Name.Length + field.Value.Length + 32) > 512)
                model.RemoveAt(model.Count - 1);
            Assert.True(model.Count < 63);
        }
    }

    [Fact]
    public void What_is_written_can_be_read()
    {
        var random = new Random(2);
        for (var i = 0; i < 2_000; i++)
        {
            var block = new ArrayBufferWriter<byte>();
            string[] names = ["content-type", "x-thing", "etag", ":status", "vary", "a"];
            var name = names[random.Next(names.Length)];
            var value = string.Concat(Enumerable.Range(0, random.Next(400)).Select(_ => (char)random.Next(' ', 127)));
            if (name == ":status") value = $"{random.Next(200, 600)}";
            HpackWriter.Write(block, name, value);
            Assert.Equal([$"{name}: {value}"], Read(new HpackReader(0), Convert.ToHexString(block.WrittenSpan)));
        }
    }

    [Fact]
    public void Any_bytes_come_through_the_Huffman_code()
    {
        var random = new Random(3);
        for (var i = 0; i < 5_000; i++)
        {
            var text = new byte[random.Next(100)];
            random.NextBytes(text);
            var coded = new byte[HuffmanCode.LengthOf(text)];
            Assert.Equal(coded.Length, HuffmanCode.Encode(text, coded));
            var back = new byte[text.Length + 1];
            Assert.True(HuffmanCode.TryDecode(coded, back, out var length));
            Assert.Equal(text, back[..length]);
        }
    }

    [Theory]
    [InlineData("www.example.com", "f1e3c2e5f23a6ba0ab90f4ff")]
    [InlineData("Mon, 21 Oct 2013 20:13:21 GMT", "d07abe941054d444a8200595040b8166e082a62d1bff")]
    [InlineData("foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
        "94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007")]
    public void The_Huffman_code_is_the_specification_s(string text, string coded)
    {
        var bytes = new byte[100];
        var length = HuffmanCode.Encode(Encoding.ASCII.GetBytes(text), bytes);
        Assert.Equal(coded, Convert.ToHexStringLower(bytes.AsSpan(0, length)));
    }

    private static string Hex(string text) => Convert.ToHexStringLower(Encoding.ASCII.GetBytes(text));

    private static string[] Read(HpackReader reader, string block) =>
        TryRead(reader, block) ?? throw new InvalidOperationException(block);

    private static string[]? TryRead(HpackReader reader, string hex)
    {
        ReadOnlySpan<byte> block = Convert.FromHexString(hex);
        var room = new byte[HpackReader.RoomFor(block.Length, 4096)];
        var fields = new List<string>();
        reader.Begin();
        while (true)
        {
            switch (reader.Read(ref block, room, out var name, out var value))
            {
                case HpackReader.Outcome.Malformed:
                    return null;
                case HpackReader.Outcome.End:
                    return [.. fields];
            }
            fields.Add($"{Latin.Text(room.AsSpan(0, name))}: {Latin.Text(room.AsSpan(name, value))}");
        }
    }
}

using CsCheck;
using Vitrine.Http;
using Vitrine.Http.Head;
using Vitrine.Http.Http1;

namespace Vitrine.Tests.Http.Head;

public class RequestHeadTests
{
    private const string Host = "Host: a.example";

    private static readonly Limits Defaults = new();

    [Theory]
    [InlineData("/", "/", "")]
    [InlineData("/a/b.html", "/a/b.html", "")]
    [InlineData("/a?x=1", "/a", "?x=1")]
    [InlineData("/?", "/", "?")]
    [InlineData("/a?b?c/d", "/a", "?b?c/d")]
    [InlineData("//evil.example/a", "//evil.example/a", "")]
    [InlineData("/http://b.example/", "/http://b.example/", "")]
    [InlineData("/%00\\", "/%00\\", "")]
    public void An_origin_form_is_cut_at_its_first_question_mark(string target, string path, string query)
    {
        var head = Heads.Get(target);
        Assert.Equal(TargetForm.Origin, head.Form);
        Assert.Equal(target, Latin.Text(head.Target));
        Assert.Equal(path, Latin.Text(head.Path));
        Assert.Equal(query, Latin.Text(head.Query));
        Assert.Equal("a.example", Latin.Text(head.Authority));
    }

    [Theory]
    [InlineData("http://b.example/", "b.example", "/", "")]
    [InlineData("http://b.example", "b.example", "", "")]
    [InlineData("http://b.example?x", "b.example", "", "?x")]
    [InlineData("http://b.example:81/c?d", "b.example:81", "/c", "?d")]
    [InlineData("HTTP://b.example/c", "b.example", "/c", "")]
    [InlineData("http://[::1]:1//c", "[::1]:1", "//c", "")]
    public void The_authority_of_an_absolute_form_wins_over_host(
        string target, string authority, string path, string query)
    {
        var head = Heads.Get(target);
        Assert.Equal(TargetForm.Absolute, head.Form);
        Assert.Equal(authority, Latin.Text(head.Authority));
        Assert.Equal(path, Latin.Text(head.Path));
        Assert.Equal(query, Latin.Text(head.Query));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a/b")]
    [InlineData("?x")]
    [InlineData("a.example:80")]
    [InlineData("http:/a")]
    [InlineData("http:a")]
    [InlineData("://a/")]
    [InlineData("http://")]
    [InlineData("http:///a")]
    [InlineData("http://?x")]
    [InlineData("http://user@a.example/")]
    [InlineData("http://a.example:99999/")]
    [InlineData("http://a.example\\@b.example/")]
    [InlineData("ftp://a.example/")]
    [InlineData("/a#b")]
    [InlineData("/caf\u00E9")]
    [InlineData("/a\tb")]
    [InlineData("*")]
    public void A_target_of_no_form_is_wrong(string target) =>
        Assert.Equal(ParseError.BadTarget, Heads.ErrorOf($"GET {target} HTTP/1.1", Host));

    [Fact]
    public void The_asterisk_is_for_options_alone()
    {
        var head = Heads.Parse("OPTIONS * HTTP/1.1", Host);
        Assert.Equal(TargetForm.Asterisk, head.Form);
        Assert.Equal("a.example", Latin.Text(head.Authority));
        Assert.Equal(ParseError.BadTarget, Heads.ErrorOf("HEAD * HTTP/1.1", Host));
        Assert.Equal(ParseError.BadTarget, Heads.ErrorOf("OPTIONS ** HTTP/1.1", Host));
    }

    // RFC 9112 section 3.2.4: an empty path of OPTIONS is an asterisk; section 3.2.2: the authority wins.
    [Fact]
    public void Options_of_a_whole_server_in_absolute_form_keeps_the_authority_of_its_target()
    {
        var head = Heads.Parse("OPTIONS http://b.example:81 HTTP/1.1", Host);
        Assert.Equal(TargetForm.Asterisk, head.Form);
        Assert.Equal("b.example:81", Latin.Text(head.Authority));
        Assert.Equal(TargetForm.Absolute, Heads.Parse("OPTIONS http://b.example/ HTTP/1.1", Host).Form);
    }

    [Fact]
    public void Connect_has_an_authority_for_its_target()
    {
        var head = Heads.Parse("CONNECT b.example:443 HTTP/1.1", Host);
        Assert.Equal(TargetForm.Authority, head.Form);
        Assert.Equal("b.example:443", Latin.Text(head.Authority));
        Assert.Equal(ParseError.BadTarget, Heads.ErrorOf("CONNECT / HTTP/1.1", Host));
        Assert.Equal(ParseError.BadTarget, Heads.ErrorOf("CONNECT http://b.example/ HTTP/1.1", Host));
    }

    [Theory]
    [InlineData("GET", Method.Get)]
    [InlineData("HEAD", Method.Head)]
    [InlineData("OPTIONS", Method.Options)]
    [InlineData("POST", Method.Post)]
    [InlineData("PUT", Method.Put)]
    [InlineData("DELETE", Method.Delete)]
    [InlineData("PATCH", Method.Patch)]
    [InlineData("TRACE", Method.Trace)]
    [InlineData("get", Method.Unknown)]
    [InlineData("GETS", Method.Unknown)]
    [InlineData("BREW", Method.Unknown)]
    [InlineData("!#$%&'*+-.^_`|~", Method.Unknown)]
    public void A_method_is_a_token_and_its_case_matters(string name, Method method)
    {
        var head = Heads.Parse($"{name} / HTTP/1.1", Host);
        Assert.Equal(method, head.Method);
        Assert.Equal(name, Latin.Text(head.MethodName));
        Assert.Equal($"{name} / HTTP/1.1", Latin.Text(head.RequestLine));
    }

    [Theory]
    [InlineData("G(T / HTTP/1.1")]
    [InlineData("G\tT / HTTP/1.1")]
    [InlineData(" GET / HTTP/1.1")]
    [InlineData("GET")]
    [InlineData("GET /")]
    [InlineData("GET  / HTTP/1.1")]
    [InlineData("GET /  HTTP/1.1")]
    [InlineData("GET / HTTP/1.1 ")]
    [InlineData("GET /a b HTTP/1.1")]
    public void A_request_line_has_exactly_three_parts_with_one_space_between(string line) =>
        Assert.Equal(ParseError.BadRequestLine, Heads.ErrorOf(line, Host));

    [Theory]
    [InlineData("HTTP/1.1", 1)]
    [InlineData("HTTP/1.0", 0)]
    [InlineData("HTTP/1.9", 9)]
    public void Every_minor_version_of_1_is_read(string version, int minor) =>
        Assert.Equal(minor, Heads.Parse($"GET / {version}", Host).MinorVersion);

    [Theory]
    [InlineData("HTTP/2.0", ParseError.UnsupportedVersion)]
    [InlineData("HTTP/0.9", ParseError.UnsupportedVersion)]
    [InlineData("HTTP/3.1", ParseError.UnsupportedVersion)]
    [InlineData("HTTP/11", ParseError.BadVersion)]
    [InlineData("HTTP/1.10", ParseError.BadVersion)]
    [InlineData("HTTP/1", ParseError.BadVersion)]
    [InlineData("HTTP/a.b", ParseError.BadVersion)]
    [InlineData("http/1.1", ParseError.BadVersion)]
    [InlineData("HTTPS/1.1", ParseError.BadVersion)]
    [InlineData("", ParseError.BadVersion)]
    public void Another_version_is_unsupported_and_anything_else_is_wrong(string version, ParseError error) =>
        Assert.Equal(error, Heads.ErrorOf($"GET / {version}", Host));

    [Fact]
    public void Http_1_1_needs_exactly_one_host_and_http_1_0_none()
    {
        Assert.Equal(ParseError.None, Heads.ErrorOf("GET / HTTP/1.1", Host));
        Assert.Equal(ParseError.MissingHost, Heads.ErrorOf("GET / HTTP/1.1", "X-Host: a"));
        Assert.Equal(ParseError.MissingHost, Heads.ErrorOf("GET http://b.example/ HTTP/1.1", "X: y"));
        Assert.Equal(ParseError.SeveralHosts, Heads.ErrorOf("GET / HTTP/1.1", Host, Host));
        Assert.Equal(ParseError.SeveralHosts, Heads.ErrorOf("GET / HTTP/1.0", Host, "HOST: b.example"));
        Assert.Equal("", Latin.Text(Heads.Parse("GET / HTTP/1.0", "X: y").Authority));
        Assert.Equal("a.example", Latin.Text(Heads.Parse("GET / HTTP/1.0", Host).Authority));
    }

    [Theory]
    [InlineData("a.example:8000", ParseError.None)]
    [InlineData("  a.example\t ", ParseError.None)]
    [InlineData("", ParseError.BadHost)]
    [InlineData("a.example, b.example", ParseError.BadHost)]
    [InlineData("user@a.example", ParseError.BadHost)]
    [InlineData("a.example/b", ParseError.BadHost)]
    [InlineData("a.example:x", ParseError.BadHost)]
    public void Host_is_a_host_with_or_without_a_port(string value, ParseError error) =>
        Assert.Equal(error, Heads.ErrorOf("GET / HTTP/1.1", "Host: " + value));

    [Fact]
    public void A_bad_host_is_wrong_even_where_the_target_has_an_authority() =>
        Assert.Equal(ParseError.BadHost, Heads.ErrorOf("GET http://b.example/ HTTP/1.1", "Host: a b"));

    [Theory]
    [InlineData("X:y", "X", "y")]
    [InlineData("X: y", "X", "y")]
    [InlineData("X: \t y z \t", "X", "y z")]
    [InlineData("X:", "X", "")]
    [InlineData("X:  ", "X", "")]
    [InlineData("X:: y", "X", ": y")]
    [InlineData("X: caf\u00E9\u0080\u00FF", "X", "caf\u00E9\u0080\u00FF")]
    [InlineData("!#$%&'*+-.^_`|~09azAZ: y", "!#$%&'*+-.^_`|~09azAZ", "y")]
    public void A_value_is_taken_without_the_white_space_around_it(string line, string name, string value)
    {
        var head = Heads.Get("/", line);
        Assert.Equal(2, head.Fields.Length);
        Assert.Equal(HeaderId.Other, head.Fields[1].Id);
        Assert.Equal(name, Latin.Text(head[head.Fields[1].Name]));
        Assert.Equal(value, Latin.Text(head[head.Fields[1].Value]));
    }

    [Theory]
    [InlineData("X", ParseError.MissingColon)]
    [InlineData(": y", ParseError.BadFieldName)]
    [InlineData("X : y", ParseError.BadFieldName)]
    [InlineData("X\t: y", ParseError.BadFieldName)]
    [InlineData("X y: z", ParseError.BadFieldName)]
    [InlineData("X(): y", ParseError.BadFieldName)]
    [InlineData("caf\u00E9: y", ParseError.BadFieldName)]
    [InlineData(" folded: y", ParseError.FoldedField)]
    [InlineData("\tfolded", ParseError.FoldedField)]
    [InlineData("X: a\0b", ParseError.ControlCharacter)]
    [InlineData("X: a\u007Fb", ParseError.ControlCharacter)]
    [InlineData("X: a\u001Bb", ParseError.ControlCharacter)]
    [InlineData("X\0: y", ParseError.ControlCharacter)]
    [InlineData("X: a\nb", ParseError.BareLineFeed)]
    [InlineData("X: a\rb", ParseError.BareCarriageReturn)]
    [InlineData("X: a\r\r\nb", ParseError.BareCarriageReturn)]
    public void A_malformed_field_line_is_wrong_wherever_it_stands(string line, ParseError error)
    {
        Assert.Equal(error, Heads.ErrorOf("GET / HTTP/1.1", Host, line));
        Assert.Equal(error, Heads.ErrorOf("GET / HTTP/1.1", line, Host));
        Assert.Equal(error, Heads.ErrorOf("GET / HTTP/1.0", line));
    }

    [Fact]
    public void Empty_lines_before_the_request_line_are_passed_over_as_far_as_a_head_may_be_long()
    {
        var text = Heads.Text("GET /a HTTP/1.1", Host);
        foreach (var count in (int[])[1, 2, 3, 100])
            Assert.Equal(ParseError.None, Heads.ErrorOf(Defaults, Empty(count) + text));
        Assert.Equal(ParseError.HeadTooLarge, Heads.ErrorOf(Defaults, Empty(Defaults.HeadBytes / 2) + text));
        Assert.Equal(ParseError.BareLineFeed, Heads.ErrorOf(Defaults, "\n" + text));
        Assert.Equal(ParseError.BareLineFeed, Heads.ErrorOf(Defaults, "\r\n\n" + text));
        Assert.Equal(ParseError.BadRequestLine, Heads.ErrorOf(Defaults, "\r\n \r\n" + text));

        static string Empty(int count) => string.Concat(Enumerable.Repeat("\r\n", count));
    }

    [Fact]
    public void A_request_line_of_the_limit_is_read_and_one_byte_more_is_too_long()
    {
        var room = Defaults.RequestLineBytes - "GET / HTTP/1.1".Length;
        var path = new string('a', room);
        Assert.Equal(ParseError.None, Heads.ErrorOf($"GET /{path} HTTP/1.1", Host));
        Assert.Equal(ParseError.RequestLineTooLong, Heads.ErrorOf($"GET /{path}a HTTP/1.1", Host));
        // Also when its end is nowhere to be seen.
        Assert.Equal(ParseError.RequestLineTooLong, Heads.ErrorOf(Defaults, "GET /" + path + path));
    }

    [Fact]
    public void A_head_of_the_limit_is_read_and_a_larger_one_is_too_large()
    {
        var limits = new Limits { HeadBytes = 200 };
        var start = "GET / HTTP/1.1\r\n" + Host + "\r\nX: ";
        var filled = start + new string('a', 200 - start.Length - 4) + "\r\n\r\n";
        Assert.Equal(200, filled.Length);
        Assert.Equal(ParseError.None, Heads.ErrorOf(limits, filled));
        Assert.Equal(
            ParseError.HeadTooLarge, Heads.ErrorOf(limits, start + new string('a', 200) + "\r\n\r\n"));
        Assert.Equal(ParseError.HeadTooLarge, Heads.ErrorOf(limits, start + new string('a', 200)));
    }

    [Fact]
    public void As_many_fields_as_the_limit_are_read_and_one_more_is_too_many()
    {
        var fields = Enumerable.Repeat("X: y", Defaults.FieldCount - 1).ToArray();
        Assert.Equal(100, Heads.Get("/", fields).Fields.Length);
        Assert.Equal(ParseError.TooManyFields, Heads.ErrorOf(["GET / HTTP/1.1", Host, "X: y", .. fields]));
    }

    [Fact]
    public void A_field_that_is_acted_on_is_found_in_any_case_and_in_any_place()
    {
        var head = Heads.Get("/", "X: y", "rAnGe: bytes=0-1", "REFERER: r", "user-agent: u");
        Assert.Equal("bytes=0-1", Latin.Text(head.First(HeaderId.Range)));
        Assert.Equal("r", Latin.Text(head.First(HeaderId.Referer)));
        Assert.Equal("u", Latin.Text(head.First(HeaderId.UserAgent)));
        Assert.False(head.Has(HeaderId.IfRange));
        Assert.Equal("", Latin.Text(head.First(HeaderId.IfRange)));
    }

    [Fact]
    public void Every_field_that_is_acted_on_has_a_name_of_its_own()
    {
        string[] names =
        [
            "Host", "Connection", "Content-Length", "Transfer-Encoding", "Expect", "Range", "If-Range",
            "If-Match",
            "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "Accept-Encoding", "User-Agent", "Referer",
        ];
        Assert.Equal(
            Enum.GetValues<HeaderId>()[1..], names.Select(name => HeaderIds.Parse(Latin.Bytes(name))));
        Assert.All(names, name => Assert.Equal(HeaderId.Other, HeaderIds.Parse(Latin.Bytes(name + "s"))));
        Assert.All(
            names, name => Assert.Equal(HeaderId.Other, HeaderIds.Parse(Latin.Bytes("X" + name[1..]))));
    }

    [Fact]
    public void A_field_that_is_there_twice_is_no_single_value()
    {
        var once = Heads.Get("/", "Range: bytes=0-1");
        Assert.True(once.TryGetSingle(HeaderId.Range, out var value));
        Assert.Equal("bytes=0-1", Latin.Text(value));
        Assert.False(once.IsRepeated(HeaderId.Range));
        Assert.False(once.TryGetSingle(HeaderId.IfRange, out _));

        var twice = Heads.Get("/", "Range: bytes=0-1", "range: bytes=0-1", "If-Range: \"a\"");
        Assert.True(twice.Has(HeaderId.Range));
        Assert.True(twice.IsRepeated(HeaderId.Range));
        Assert.False(twice.TryGetSingle(HeaderId.Range, out _));
        Assert.True(twice.TryGetSingle(HeaderId.IfRange, out _));
    }

    [Fact]
    public void All_lines_of_a_list_are_there_in_their_order()
    {
        var head = Heads.Get("/", "If-Match: \"a\", \"b\"", "X: y", "If-Match: \"c\"");
        var lines = new List<string>();
        foreach (var field in head.Fields)
            if (field.Id == HeaderId.IfMatch) lines.Add(Latin.Text(head[field.Value]));
        Assert.Equal(["\"a\", \"b\"", "\"c\""], lines);
        Assert.Equal("\"a\", \"b\"", Latin.Text(head.First(HeaderId.IfMatch)));
    }

    [Theory]
    [InlineData("100-continue", ParseError.None)]
    [InlineData("100-Continue, ,100-continue", ParseError.None)]
    [InlineData("200-ok", ParseError.UnknownExpectation)]
    [InlineData("100-continue, else", ParseError.UnknownExpectation)]
    public void The_only_expectation_there_is_is_100_continue(string value, ParseError error)
    {
        Assert.Equal(error, Heads.ErrorOf("GET / HTTP/1.1", Host, "Expect: " + value));
        Assert.Equal(
            error, Heads.ErrorOf("GET / HTTP/1.1", Host, "Expect: 100-continue", "Expect: " + value));
    }

    [Fact]
    public void A_reused_builder_remembers_nothing()
    {
        var builder = new HeadBuilder(Defaults);
        var first = Latin.Bytes(
            Heads.Text("OPTIONS * HTTP/1.0", Host, "Range: x", "Range: y", "Expect: 100-continue"));
        Assert.Equal(Http1Parser.Outcome.Complete, Http1Parser.Parse(first, builder, Defaults, out _));
        builder.Reset();
        var second = Latin.Bytes(Heads.Text("GET /b HTTP/1.1", "Host: b"));
        Assert.Equal(Http1Parser.Outcome.Complete, Http1Parser.Parse(second, builder, Defaults, out _));
        var head = builder.Over(second);
        Assert.Equal(
            (Method.Get, TargetForm.Origin, 1, 1),
            (head.Method, head.Form, head.MinorVersion, head.Fields.Length));
        Assert.False(
            head.Has(HeaderId.Range) || head.IsRepeated(HeaderId.Range) || head.Has(HeaderId.Expect));
        Assert.Equal("b", Latin.Text(head.Authority));
    }

    [Fact]
    public void The_outcome_does_not_depend_on_where_the_bytes_were_cut()
    {
        var line = Gen.OneOf(
            "GET /a?b HTTP/1.1", Host, "", "X: y", "Range:bytes=0-", " folded", "X : y", "\r", "a\nb", "\0",
            Host,
            "Expect: 100-continue", "POST http://b.example/ HTTP/1.0", "GET  /", new string('a', 90));
        var limits = new Limits { RequestLineBytes = 80, HeadBytes = 160, FieldCount = 4 };
        var text = Gen.Select(Gen.Bool, line.Array[0, 6], (starts, lines) =>
            (starts ? "GET / HTTP/1.1\r\n" + Host + "\r\n" : "") + Heads.Text(lines));
        text.Sample(
            head =>
            {
                var bytes = Latin.Bytes(head);
                var whole = new HeadBuilder(limits);
                var expected = (Http1Parser.Parse(bytes, whole, limits, out var error), error);
                var pieces = new HeadBuilder(limits);
                var outcome = (Http1Parser.Outcome.Incomplete, ParseError.None);
                for (var length = 0; length <= bytes.Length; length++)
                {
                    outcome = (Http1Parser.Parse(bytes.AsSpan(0, length), pieces, limits, out error), error);
                    if (outcome.Item1 != Http1Parser.Outcome.Incomplete) break;
                }
                Assert.Equal(expected, outcome);
                if (expected.Item1 != Http1Parser.Outcome.Complete) return;
                Assert.Equal(whole.LineStart, pieces.LineStart);
                Assert.Equal(whole.Over(bytes).Fields.ToArray(), pieces.Over(bytes).Fields.ToArray());
            },
            iter: 5_000);
    }

    [Fact]
    public void A_host_that_was_valid_before_makes_no_other_valid()
    {
        var limits = new Limits();
        var builder = new HeadBuilder(limits);
        (string Host, ParseError Error)[] requests =
        [
            ("a.example", ParseError.None), ("a.example", ParseError.None), ("a.exampl", ParseError.None),
            ("a.example:", ParseError.None), ("a.example:x", ParseError.BadHost), ("", ParseError.BadHost),
            ("a.example", ParseError.None), (new string('a', 200), ParseError.None), ("a b", ParseError.BadHost),
        ];
        foreach (var (host, expected) in requests)
        {
            builder.Reset();
            var text = Heads.Text("GET / HTTP/1.1", $"Host: {host}");
            Http1Parser.Parse(Latin.Bytes(text), builder, limits, out var error);
            Assert.Equal((host, expected), (host, error));
        }
    }

    [Fact]
    public void A_head_and_a_request_line_of_the_same_limit_are_refused_and_not_tripped_over()
    {
        var limits = new Limits { RequestLineBytes = 40, HeadBytes = 40 };
        Assert.Equal(ParseError.HeadTooLarge, Heads.ErrorOf(limits, "\r\nGET /" + new string('a', 34)));
        Assert.Equal(ParseError.RequestLineTooLong, Heads.ErrorOf(limits, "\r\nGET /" + new string('a', 40)));
    }
}

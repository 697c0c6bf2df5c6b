using Vitrine.Http.Head;

namespace Vitrine.Tests.Http.Head;

public class ParseErrorTests
{
    [Fact]
    public void Every_error_has_an_error_status_and_a_sentence_with_its_source()
    {
        var errors = Enum.GetValues<ParseError>()[1..];
        Assert.All(
            errors, error => Assert.True(Statuses.IsError(ParseErrors.StatusOf(error)), error.ToString()));
        Assert.All(
            errors, error => Assert.Contains("RFC", ParseErrors.Explain(error), StringComparison.Ordinal));
        Assert.Equal(errors.Length, errors.Select(ParseErrors.Explain).Distinct().Count());
        Assert.Equal("", ParseErrors.Explain(ParseError.None));
    }

    [Theory]
    [InlineData(ParseError.BadRequestLine, Status.BadRequest)]
    [InlineData(ParseError.UnsupportedVersion, Status.HttpVersionNotSupported)]
    [InlineData(ParseError.RequestLineTooLong, Status.UriTooLong)]
    [InlineData(ParseError.HeadTooLarge, Status.RequestHeaderFieldsTooLarge)]
    [InlineData(ParseError.TooManyFields, Status.RequestHeaderFieldsTooLarge)]
    [InlineData(ParseError.UnknownTransferCoding, Status.NotImplemented)]
    [InlineData(ParseError.UnknownExpectation, Status.ExpectationFailed)]
    [InlineData(ParseError.BodyTooLarge, Status.ContentTooLarge)]
    [InlineData(ParseError.RequestTimeout, Status.RequestTimeout)]
    [InlineData(ParseError.LengthAndEncoding, Status.BadRequest)]
    public void An_error_has_the_status_of_its_kind(ParseError error, Status status) =>
        Assert.Equal(status, ParseErrors.StatusOf(error));

    [Fact]
    public void Every_status_has_a_line_that_starts_with_its_code() =>
        Assert.All(
            Statuses.All,
            status => Assert.StartsWith(
                $"{(int)status} ", Latin.Text(Statuses.Line(status)), StringComparison.Ordinal));
}

using Vitrine.Http;

namespace Vitrine.Tests.Http;

public class LimitsTests
{
    [Fact]
    public void The_defaults_make_sense() => new Limits().Validate();

    [Theory]
    [InlineData(nameof(Limits.FieldCount), -1)]
    [InlineData(nameof(Limits.HeadBytes), 100)]
    [InlineData(nameof(Limits.Connections), 0)]
    [InlineData(nameof(Limits.Ranges), 129)]
    [InlineData(nameof(Limits.FreshnessMs), -1)]
    public void A_number_that_makes_no_sense_is_named(string name, int value)
    {
        var limits = new Limits();
        typeof(Limits).GetProperty(name)!.SetValue(limits, value);
        Assert.Equal(name, Assert.Throws<ArgumentOutOfRangeException>(limits.Validate).ParamName);
    }

    // Every limit is checked: one below its least is refused.
    [Fact]
    public void No_limit_is_forgotten()
    {
        foreach (var property in typeof(Limits).GetProperties().Where(property => property.CanWrite))
        {
            var limits = new Limits();
            property.SetValue(limits, Convert.ChangeType(-1, property.PropertyType, null));
            Assert.Equal(property.Name, Assert.Throws<ArgumentOutOfRangeException>(limits.Validate).ParamName);
        }
    }
}

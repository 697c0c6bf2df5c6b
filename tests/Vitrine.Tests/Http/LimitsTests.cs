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

    [Fact]
    public void The_list_has_every_limit_with_its_own_value()
    {
        var properties = typeof(Limits).GetProperties().Where(property => property.CanWrite).ToList();
        Assert.Equal(properties.Select(property => property.Name), LimitList.All.Select(limit => limit.Name));
        foreach (var (property, limit) in properties.Zip(LimitList.All))
        {
            var value = Convert.ToInt64(property.GetValue(new Limits()), null);
            Assert.Equal(value, limit.Get(new Limits()));
            var changed = limit.With(new Limits(), value + 1);
            Assert.Equal(value + 1, Convert.ToInt64(property.GetValue(changed), null));
            // And nothing else.
            Assert.Equal(new Limits(), limit.With(changed, value));
            Assert.NotEqual("", limit.Meaning);
        }
    }

    [Theory]
    [InlineData("head-timeout-ms=5000", 5000)]
    [InlineData("HEAD-TIMEOUT-MS=1", 1)]
    [InlineData("head-timeout-ms=-1", null)]
    [InlineData("head-timeout-ms=4294967297", null)]
    [InlineData("head-timeout-ms=", null)]
    [InlineData("head-timeout-ms", null)]
    [InlineData("head-timeout=5", null)]
    [InlineData("", null)]
    public void One_is_set_by_its_name(string assignment, int? expected) =>
        Assert.Equal(
            expected, Limit.TrySet(new Limits(), assignment, out var changed) ? changed.HeadTimeoutMs : null);

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

using System.Buffers;
using System.Collections;
using Vitrine.Http.Text;

namespace Vitrine.Http.Replies;

/// <summary>
/// Header fields in the order in which they are sent, before they are baked for a protocol: until then whoever has
/// something to say of a representation adds to them. What could not be sent as a field is refused here.
/// </summary>
public sealed class FieldSet : IEnumerable<Field>
{
    private static readonly SearchValues<char> OfNames = SearchValues.Create(
        [.. Enumerable.Range(0, 128).Where(one => Ascii.IsTokenCharacter((byte)one)).Select(one => (char)one)]);

    private static readonly SearchValues<char> OfValues = SearchValues.Create(
        [.. Enumerable.Range(' ', '~' - ' ' + 1).Append('\t').Select(one => (char)one)]);

    private readonly List<Field> fields = new(8);

    /// <summary>How many there are.</summary>
    public int Count => fields.Count;

    /// <summary>The value of the first field of that name, or null.</summary>
    public string? this[string name] =>
        fields.Find(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    /// <summary>Adds one at the end.</summary>
    /// <exception cref="ArgumentException">The name is no token, or the value has a control character or one that is
    /// not US-ASCII (RFC 9110 section 5.5).</exception>
    public void Add(string name, string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(value);
        if (name.AsSpan().ContainsAnyExcept(OfNames))
            throw new ArgumentException($"'{name}' is no name of a field", nameof(name));
        if (value.AsSpan().ContainsAnyExcept(OfValues))
            throw new ArgumentException($"{name} cannot have such a value", nameof(value));
        fields.Add(new Field(name, value));
    }

    /// <summary>Adds all of others at the end.</summary>
    public void AddAll(FieldSet? others)
    {
        if (others is not null) fields.AddRange(others.fields);
    }

    /// <summary>Adds one in the place of all of that name.</summary>
    /// <exception cref="ArgumentException">As in <see cref="Add"/>.</exception>
    public void Set(string name, string value)
    {
        Remove(name);
        Add(name, value);
    }

    /// <summary>Takes out all of that name.</summary>
    public void Remove(string name) =>
        fields.RemoveAll(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <inheritdoc cref="IEnumerable{T}.GetEnumerator"/>
    public List<Field>.Enumerator GetEnumerator() => fields.GetEnumerator();

    IEnumerator<Field> IEnumerable<Field>.GetEnumerator() => fields.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

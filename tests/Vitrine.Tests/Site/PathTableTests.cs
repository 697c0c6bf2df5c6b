using System.Text;
using CsCheck;
using Vitrine.Site.Cache;

namespace Vitrine.Tests.Site;

public class PathTableTests
{
    [Fact]
    public void It_does_what_a_dictionary_does() =>
        Gen.Select(Gen.Bool, Gen.Int[0, 300]).Array[0, 2_000].Sample(
            steps =>
            {
                var table = new PathTable<Entry>();
                var model = new Dictionary<int, Entry>();
                foreach (var (isAdded, number) in steps)
                {
                    Assert.Same(model.GetValueOrDefault(number), table.Find(PathOf(number)));
                    if (isAdded && !model.ContainsKey(number))
                    {
                        model.Add(number, new Entry(PathOf(number)));
                        table.Add(model[number]);
                    }
                    else if (!isAdded && model.Remove(number, out var entry))
                    {
                        table.Remove(entry);
                    }
                    Assert.Equal(model.Count, table.Count);
                }
                Assert.Equal(model.Values.ToHashSet(), [.. table.ToList()]);
            },
            iter: 200);

    [Fact]
    public void What_stays_is_found_while_others_come_and_go()
    {
        const int Stay = 50;
        var table = new PathTable<Entry>();
        for (var i = 0; i < Stay; i++) table.Add(new Entry(PathOf(i)));
        for (var i = Stay; i < 4_000; i++) table.Add(new Entry(PathOf(i))); // so that it does not grow any more
        using var stop = new CancellationTokenSource();
        var missed = 0L;
        var found = 0L;
        var readers = Enumerable.Range(0, 2).Select(_ => new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                for (var i = 0; i < Stay; i++)
                {
                    var entry = table.Find(PathOf(i));
                    var isFound = entry is not null && entry.Path.AsSpan().SequenceEqual(PathOf(i));
                    if (isFound) Interlocked.Increment(ref found);
                    else Interlocked.Increment(ref missed);
                }
            }
        })).ToList();
        readers.ForEach(reader => reader.Start());
        for (var round = 0; round < 50; round++)
        {
            for (var i = Stay; i < 4_000; i++) table.Remove(table.Find(PathOf(i))!);
            for (var i = Stay; i < 4_000; i++) table.Add(new Entry(PathOf(i)));
        }
        SpinWait.SpinUntil(() => Interlocked.Read(ref found) > 0, 10_000);
        stop.Cancel();
        readers.ForEach(reader => reader.Join());
        Assert.Equal(0, missed);
        Assert.True(found > 0);
    }

    private static byte[] PathOf(int number) => Encoding.ASCII.GetBytes($"/files/{number}.html");

    private sealed class Entry(byte[] path) : PathTable<Entry>.Node(path);
}

using System.CommandLine;
using Vitrine.Attacks;
using Vitrine.Attacks.Harness;

var quick = new Option<bool>("--quick") { Description = "A few seconds: does it run, does it hold at all?" };
var write = new Option<string?>("--write") { Description = "A file to write the outcome to." };
var host = new Option<string?>("--host") { Description = "A server that runs already, at this address." };
var port = new Option<int>("--port") { Description = "Its port.", DefaultValueFactory = _ => 80 };
var minutes = new Option<int>("--minutes") { Description = "For how long.", DefaultValueFactory = _ => 60 };

var root = new RootCommand("Attacks a server, and sees what comes of it.");
var list = new Command("list", "Lists the attacks.");
list.SetAction(_ =>
{
    foreach (var attack in AllAttacks.Everything) Console.WriteLine($"{attack.Name,-16} {attack.What}");
});
root.Add(list);
var all = new Command("all", "Runs all of them in turn, but the soak.") { quick, write };
all.SetAction(parsed => Campaign.Run(
    AllAttacks.Everything.Where(attack => !attack.IsByItself),
    new Plan(parsed.GetValue(quick)),
    parsed.GetValue(write)));
root.Add(all);
foreach (var attack in AllAttacks.Everything)
{
    var command = new Command(attack.Name, attack.What) { quick };
    if (attack.Name == "corpus")
        foreach (var option in new Option[] { host, port, write }) command.Add(option);
    if (attack.Name == "soak") command.Add(minutes);
    command.SetAction(parsed => Campaign.Run(
        [attack],
        new Plan(parsed.GetValue(quick))
        {
            Host = attack.Name == "corpus" ? parsed.GetValue(host) : null,
            Port = attack.Name == "corpus" ? parsed.GetValue(port) : 0,
            Write = attack.Name == "corpus" ? parsed.GetValue(write) : null,
            Minutes = attack.Name == "soak" ? parsed.GetValue(minutes) : 0,
        },
        null));
    root.Add(command);
}
// The program starts itself as this.
var client = new Command(GoodClient.Command, "Asks for a page again and again.") { Hidden = true };
var arguments = new Argument<string[]>("arguments");
client.Add(arguments);
client.SetAction(parsed => GoodClient.Run(parsed.GetValue(arguments)!));
root.Add(client);
return root.Parse(args).Invoke();

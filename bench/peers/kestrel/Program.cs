// Kestrel with its static files, as slim as it comes. Usage: kestrel PORT FOLDER
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;

var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = args[1] });
builder.Logging.ClearProviders();
builder.WebHost.UseUrls($"http://127.0.0.1:{args[0]}");
var app = builder.Build();
app.UseStaticFiles(new StaticFileOptions
{
    FileProvider = new PhysicalFileProvider(args[1]),
    ContentTypeProvider = new FileExtensionContentTypeProvider(),
    ServeUnknownFileTypes = true,
});
await app.RunAsync().ConfigureAwait(false);

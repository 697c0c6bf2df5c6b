using System.Text.Json;
using System.Text.Json.Serialization;
using Vitrine.Acme.State;

namespace Vitrine.Acme.Protocol;

/// <summary>How messages and what is kept are written, made when this is compiled.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(DirectoryMessage))]
[JsonSerializable(typeof(AccountMessage))]
[JsonSerializable(typeof(JwsMessage))]
[JsonSerializable(typeof(JwsHeader))]
[JsonSerializable(typeof(Jwk))]
[JsonSerializable(typeof(OrderMessage))]
[JsonSerializable(typeof(AuthorizationMessage))]
[JsonSerializable(typeof(ChallengeMessage))]
[JsonSerializable(typeof(ProblemMessage))]
[JsonSerializable(typeof(FinalizeMessage))]
[JsonSerializable(typeof(RenewalInfoMessage))]
[JsonSerializable(typeof(EmptyMessage))]
[JsonSerializable(typeof(LockMark))]
[JsonSerializable(typeof(CertificateNote))]
[JsonSerializable(typeof(Setback))]
internal sealed partial class AcmeJson : JsonSerializerContext;

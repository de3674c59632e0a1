// A webhook: every post is one signed HTTP POST to a receiver of the person's own.
//
//   POST <url>
//   Content-Type: application/json
//   Caas-Delivery: <the same for every repeat of one post>
//   Caas-Signature: see signature.h
//   {"id":<as Caas-Delivery>,"post_id":…,"account":…,"platform":"webhook","text":<all parts>,
//    "parts":[{"text":…,"media":[]}],"language":…,"options":{},"due_at":…,"published_at":…}
//
// 2xx means published; the answer may be {"id":…,"url":…}. 408, 425 and 429 mean not now. Every
// other 4xx means never. After a 5xx or no answer nobody can tell, unless the receiver promised
// (`"repeats":"safe"`) to take a Caas-Delivery it has seen before as the same post.
#include "core/platform/driver.h"

#include <array>

#include <nlohmann/json.hpp>

#include "core/base/digest.h"
#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/time_zone.h"
#include "core/net/url.h"
#include "core/platform/answer.h"
#include "core/platform/drivers.h"
#include "core/platform/journal.h"
#include "core/platform/medium.h"
#include "core/platform/webhook/limits.h"
#include "core/platform/webhook/signature.h"

namespace caas::platform::webhook {
namespace {

constexpr std::string_view deliver_step = "deliver";
constexpr std::size_t longest_id = 200;
constexpr Milliseconds usual_wait = std::chrono::minutes(1);

constexpr std::array fields{
    Field{"base_url", "URL of the receiver", "", true},
    Field{"secret", "Signing secret", "CAAS_WEBHOOK_SECRET", true},
};

constexpr std::array<std::string_view, 1> promises{"repeats"};

std::string setting(const ConnectRequest& request, const std::string& name) {
    const auto at = request.config.find(name);
    return at == request.config.end() ? "" : at->second;
}

net::Url checked_url(const std::string& text, bool allow_private) {
    const auto url = net::parse_url(text);
    if (!url)
        throw Error(
            Code::invalid,
            "The webhook's URL is not a complete http or https URL",
            "Write it as https://example.org/path.",
            {{"/base_url", "webhook.url.invalid", "must be an absolute https URL"}});
    if (!url->is_secure() && !url->is_loopback())
        throw Error(
            Code::invalid,
            "The webhook's URL must begin with https://",
            "Plain http is taken for this machine only: the text and its signature would be open.",
            {{"/base_url", "webhook.url.insecure", "must begin with https://"}});
    if (url->is_loopback() && !allow_private)
        throw Error(
            Code::invalid,
            "The webhook's URL points at the machine caas runs on",
            "Give a public address, or allow private ones in the configuration: [net] "
            "allow_private.",
            {{"/base_url", "webhook.url.private", "must be a public address"}});
    return *url;
}

bool allows_private(const Access& access) {
    const auto config = json::try_parse(access.config);
    return config && json::truth(*config, "allow_private").value_or(false);
}

bool is_repeat_safe(const Access& access) {
    const auto config = json::try_parse(access.config);
    return config && json::text_or(*config, "repeats", "once") == "safe";
}

Identity connect(const ConnectRequest& request, const Tools&) {
    const bool allow_private = setting(request, "allow_private") == "true";
    const auto url = checked_url(request.base_url, allow_private);
    if (request.secret.empty())
        throw Error(
            Code::invalid,
            "The webhook needs a secret to sign with",
            "Choose a long random text and give the receiver the same.",
            {{"/secret", "webhook.secret.required", "must not be empty"}});
    const auto repeats = setting(request, "repeats");
    if (!repeats.empty() && repeats != "once" && repeats != "safe")
        throw Error(
            Code::invalid,
            "A webhook's repeats are 'once' or 'safe', not '" + repeats + "'",
            "'safe' promises that the receiver takes an equal Caas-Delivery as the same post.",
            {{"/config/repeats", "webhook.repeats.unknown", "must be once or safe"}});
    Identity identity;
    identity.remote_id = url.without_query();
    identity.handle = url.host;
    identity.base_url = url.text();
    auto config = Json::object();
    config["allow_private"] = allow_private;
    // Unsaid, it is as the account has it; a new one promises nothing.
    if (!repeats.empty())
        config["repeats"] = repeats;
    identity.config = json::dump(config);
    identity.credentials.access = request.secret;
    return identity;
}

// A receiver cannot be asked who it is; what can be checked is what was given.
Identity check(const Access& access, const Tools&) {
    checked_url(access.base_url, allows_private(access));
    return {access.remote_id, access.handle, access.base_url, access.config, access.credentials};
}

std::string make_body(
    const Publication& publication,
    const std::string& delivery,
    const Access& access,
    Instant now) {
    auto parts = Json::array();
    std::string text;
    for (const auto& part : publication.parts) {
        parts.push_back({{"text", part.text}, {"media", ids_of(part.media)}});
        text += (text.empty() ? "" : "\n\n") + part.text;
    }
    Json body{
        {"id", delivery},
        {"post_id", publication.post.text()},
        {"account", access.account.text()},
        {"platform", "webhook"},
        {"parts", parts},
        {"text", text},
        {"language", publication.language},
        {"options", Json::object()},
        {"due_at", to_rfc3339(publication.due_at)},
        {"published_at", to_rfc3339(now)}};
    if (auto options = json::try_parse(publication.options); options && options->is_object())
        body["options"] = std::move(*options);
    return json::dump(body);
}

std::optional<Step> next(
    const Publication& publication,
    const Journal& journal,
    const Access& access,
    const Tools& tools) {
    const int last = std::max(0, static_cast<int>(publication.parts.size()) - 1);
    if (find_done(journal, deliver_step, last) != nullptr)
        return std::nullopt;
    const auto* open = find_open(journal, deliver_step, last);
    const auto delivery =
        sha256_hex(access.account.text() + "/" + publication.post.text()).substr(0, 32);
    return Step{
        .name = std::string(deliver_step),
        .part = last,
        .prepared =
            open != nullptr
                ? open->prepared
                : json::dump(
                      {{"delivery", delivery},
                       {"body", make_body(publication, delivery, access, tools.clock.now())}}),
        .is_repeatable = is_repeat_safe(access),
        .publishes = true};
}

Done read_receipt(const net::Response& response, const std::string& delivery) {
    Done done{delivery, "", ""};
    const auto receipt = json::try_parse(response.body);
    if (!receipt)
        return done;
    if (const auto id = json::text(*receipt, "id"); id && !id->empty() && id->size() <= longest_id)
        done.remote_id = quote(*id);
    if (const auto url = net::parse_url(json::text_or(*receipt, "url", "")))
        done.url = url->text();
    return done;
}

Outcome read_answer(const net::Response& response, const std::string& delivery, Instant now) {
    const int status = response.status;
    if (status >= 200 && status < 300)
        return read_receipt(response, delivery);
    const auto code = code_of(driver, "http_" + std::to_string(status));
    const auto said = "The receiver answered with HTTP " + std::to_string(status);
    if (status == 408 || status == 425 || status == 429)
        return wait(driver, response, now, usual_wait);
    if (status >= 300 && status < 400)
        return Refused{code, said + ": give the account the address it redirects to"};
    if (status >= 400 && status < 500)
        return Refused{code, said};
    return Unknown{code, said};
}

Outcome perform(
    const Publication&,
    const Step& step,
    const Journal&,
    const Access& access,
    const Tools& tools) {
    const auto prepared = json::parse(step.prepared, "The journal's step");
    const auto delivery = json::text_or(prepared, "delivery", "");
    auto request = ask("POST", access.base_url, Secret());
    request.body = json::text_or(prepared, "body", "");
    request.headers.emplace_back("Content-Type", "application/json; charset=utf-8");
    request.headers.emplace_back("Caas-Delivery", delivery);
    // The time is of this sending, also of a repeat: receivers refuse signatures that are old.
    request.headers.emplace_back(
        "Caas-Signature",
        signature(access.credentials.access, to_ms(tools.clock.now()) / 1000, request.body));
    request.is_create = true;
    request.only_public_addresses = !allows_private(access);
    const auto result = tools.http.send(request);
    if (const auto* failure = std::get_if<net::Failure>(&result))
        return outcome_of_create(driver, *failure);
    return read_answer(std::get<net::Response>(result), delivery, tools.clock.now());
}

Sight look(const Publication&, const Journal&, const Access&, const Tools&) {
    return CannotTell{"A webhook's receiver cannot be asked what it has"};
}

}  // namespace

constinit const Driver driver{
    .id = "webhook",
    .title = "The webhook",
    .limits = limits,
    .fields = fields,
    .options = {},
    .connect = connect,
    .refresh = nullptr,
    .check = check,
    .next = next,
    .perform = perform,
    .look = look,
    .promises = promises,
};

}  // namespace caas::platform::webhook

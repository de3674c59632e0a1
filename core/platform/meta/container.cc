#include "core/platform/meta/container.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "core/platform/answer.h"
#include "core/platform/journal.h"
#include "core/platform/meta/fault.h"
#include "core/platform/meta/life.h"
#include "core/platform/meta/publish.h"

namespace caas::platform::meta {
namespace {

constexpr int most_spoilt = 3;
// "Query a container's status once a minute, for no more than 5 minutes" (Instagram platform);
// long videos take longer, and nothing is lost by waiting.
constexpr Milliseconds poll_wait = std::chrono::minutes(1);
constexpr Milliseconds longest_processing = std::chrono::hours(1);

Step invisible(std::string name, int part, const Json& prepared) {
    return {
        .name = std::move(name),
        .part = part,
        .prepared = json::dump(prepared),
        .is_repeatable = true,
        .publishes = false};
}

// What one container needs before it is ready; nullopt when it is. `prefix` is "item_" or empty.
std::optional<Step> next_of_container(
    const std::string& prefix, const Draft& draft, const Made& made, Json prepared, int part) {
    prepared["container"] = made.id;
    if (draft.upload && !made.is_uploaded) {
        prepared["uri"] = made.uri;
        prepared["medium"] = *draft.upload;
        return invisible(prefix + "upload", part, prepared);
    }
    prepared["since"] = to_ms(made.at);
    if (!made.is_ready)
        return invisible(prefix + "ready", part, prepared);
    return std::nullopt;
}

// All items are made before the first is waited for: Meta works on them side by side.
std::optional<Step> next_of_items(const Plan& plan, const Life& life, int part) {
    for (std::size_t i = 0; i < plan.items.size(); ++i) {
        const auto at = life.items.find(i);
        if (at == life.items.end() || at->second.id.empty())
            return invisible(
                "item", part, {{"item", i}, {"form", net::form_encode(plan.items[i].fields)}});
    }
    for (std::size_t i = 0; i < plan.items.size(); ++i) {
        if (auto step =
                next_of_container("item_", plan.items[i], life.items.at(i), {{"item", i}}, part))
            return step;
    }
    return std::nullopt;
}

Step make_whole(const Plan& plan, const Life& life, int part) {
    auto fields = plan.whole.fields;
    std::string children;
    for (std::size_t i = 0; i < plan.items.size(); ++i)
        children += (i == 0 ? "" : ",") + life.items.at(i).id;
    if (!children.empty())
        fields.emplace_back("children", children);
    return invisible("container", part, {{"form", net::form_encode(fields)}});
}

Outcome make(
    const Dialect& dialect, const Json& prepared, const Access& access, const Tools& tools) {
    const auto& driver = dialect.service.driver;
    if (const auto why = json::text(prepared, "why"))
        return Refused{
            code_of(driver, "media_not_taken"),
            std::string(driver.title) + " cannot make a post of it: " + quote(*why)};
    const auto path =
        net::percent_encode(access.remote_id) + "/" + std::string(dialect.container_edge);
    auto result = call_harmless(
        driver, post(dialect.service, access, path, json::text_or(prepared, "form", "")), tools);
    if (auto* outcome = std::get_if<Outcome>(&result))
        return std::move(*outcome);
    const auto& body = std::get<Answer>(result).body;
    const auto id = json::text_or(body, "id", "");
    if (id.empty())
        return NotSent{
            code_of(driver, "unreadable_answer"),
            std::string(driver.title) + " made a container without saying which"};
    Json cursor{{"container", id}};
    if (const auto uri = json::text(body, "uri"))
        cursor["uri"] = *uri;
    return Done{"", "", json::dump(cursor)};
}

// Its bytes go to the address that the answer named, at the host that is known for it: the token
// goes along.
Outcome upload(
    const Dialect& dialect,
    const Publication& publication,
    const Step& step,
    const Json& prepared,
    const Access& access,
    const Tools& tools) {
    const auto& driver = dialect.service.driver;
    const auto& media = publication.parts.at(static_cast<std::size_t>(step.part)).media;
    const auto number = static_cast<std::size_t>(json::integer_or(prepared, "medium", 0));
    const auto uri = net::parse_url(json::text_or(prepared, "uri", ""));
    if (!uri || number >= media.size() || !media[number].read)
        return Refused{
            code_of(driver, "upload_impossible"),
            std::string(driver.title) + " named no address to send the video to"};
    const auto& medium = media[number];
    const auto config = json::try_parse(access.config);
    const auto base = config ? json::text_or(*config, "upload_url", "") : "";
    net::Request request;
    request.method = "POST";
    request.url = net::join(base.empty() ? std::string(dialect.upload_url) : base, uri->path);
    request.headers = {
        {"Authorization", "OAuth " + access.credentials.access.reveal()},
        {"offset", "0"},
        {"file_size", std::to_string(medium.size)},
        {"Content-Type", "application/octet-stream"}};
    request.source = net::BodySource{
        .size = medium.size, .read = [&medium](std::int64_t offset, std::size_t most) {
            return medium.read(offset, most);
        }};
    request.total_timeout = std::chrono::minutes(30);
    auto result = call_harmless(driver, request, tools);
    if (auto* outcome = std::get_if<Outcome>(&result))
        return std::move(*outcome);
    return Done{};
}

Outcome spoilt(std::string_view state, const std::string& why, bool is_final) {
    return Done{"", "", json::dump({{"status", state}, {"why", why}, {"is_final", is_final}})};
}

Outcome check(
    const Dialect& dialect,
    const Step& step,
    const Json& prepared,
    const Journal& journal,
    const Access& access,
    const Tools& tools) {
    const auto& driver = dialect.service.driver;
    const auto id = json::text_or(prepared, "container", "");
    const auto state = read_state(dialect, id, access, tools);
    if (const auto* outcome = std::get_if<Outcome>(&state))
        return *outcome;
    const auto& seen = std::get<State>(state);
    const auto now = tools.clock.now();
    if (seen.status == "FINISHED" || seen.status == "PUBLISHED")
        return Done{"", "", json::dump({{"status", seen.status}})};
    if (seen.status == "ERROR")
        return spoilt("ERROR", seen.why, dialect.is_final(seen.why));
    if (seen.status == "GONE" && find_newest(journal, publish_step, step.part) != nullptr)
        return NotSent{
            code_of(driver, "container_gone"),
            std::string(driver.title) + " knows no such container: " + quote(seen.why)};
    if (seen.status == "EXPIRED" || seen.status == "GONE")
        return spoilt("EXPIRED", "the container expired", false);
    if (now - from_ms(json::integer_or(prepared, "since", to_ms(now))) > longest_processing)
        return spoilt("ERROR", "its media were not processed within an hour", false);
    return Later{
        now + poll_wait, std::string(driver.title) + " is still processing the media", false};
}

}  // namespace

std::optional<Step> next_quota(const Journal& journal) {
    if (find_done(journal, quota_step, 0) != nullptr)
        return std::nullopt;
    return invisible(std::string(quota_step), 0, Json::object());
}

std::optional<Step> next_of_part(
    const Plan& plan, int part, const Journal& journal, bool needs_id, Instant now) {
    auto life = read_life(journal, part, now);
    if (life.is_done) {
        if (needs_id && id_of_part(journal, part).empty())
            return invisible(std::string(locate_step), part, Json::object());
        return std::nullopt;
    }
    const auto publishing = [&](const Json& prepared) {
        Step step{
            .name = std::string(publish_step),
            .part = part,
            .prepared = json::dump(prepared),
            .publishes = true};
        if (const auto* open = find_open(journal, publish_step, part))
            step.prepared = open->prepared;
        return step;
    };
    if (life.whole && life.is_out)
        return publishing({{"container", life.whole->id}, {"is_out", true}});
    if (life.is_hopeless || life.spoilt >= most_spoilt)
        return invisible("container", part, {{"why", life.why}});
    if (!life.whole) {
        if (auto step = next_of_items(plan, life, part))
            return step;
        return make_whole(plan, life, part);
    }
    if (auto step = next_of_container("", plan.whole, *life.whole, Json::object(), part))
        return step;
    return publishing({{"container", life.whole->id}});
}

bool is_making(const Step& step) {
    return step.name == "item" || step.name == "container";
}

Outcome perform(
    const Dialect& dialect,
    const Publication& publication,
    const Step& step,
    const Journal& journal,
    const Access& access,
    const Tools& tools) {
    const auto prepared = json::parse(step.prepared, "The journal's step");
    if (is_making(step))
        return make(dialect, prepared, access, tools);
    if (step.name == "item_upload" || step.name == "upload")
        return upload(dialect, publication, step, prepared, access, tools);
    if (step.name == "item_ready" || step.name == "ready")
        return check(dialect, step, prepared, journal, access, tools);
    if (step.name == locate_step)
        return locate(dialect, publication, step, journal, access, tools);
    return publish(dialect, publication, prepared, journal, access, tools);
}

}  // namespace caas::platform::meta

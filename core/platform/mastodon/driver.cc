// Mastodon and servers that speak its API. Steps: `upload N` each medium, `process N` while the
// server works on it, `create` each part. A status is created under an idempotency key, which the
// server keeps for an hour; after that only the account's own statuses can tell.
#include "core/platform/driver.h"

#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/time_zone.h"
#include "core/net/url.h"
#include "core/platform/answer.h"
#include "core/platform/drivers.h"
#include "core/platform/equal.h"
#include "core/platform/journal.h"
#include "core/platform/mastodon/account.h"
#include "core/platform/mastodon/answer.h"
#include "core/platform/mastodon/attachment.h"
#include "core/platform/mastodon/limits.h"
#include "core/platform/mastodon/sign_in.h"
#include "core/platform/mastodon/status.h"

namespace caas::platform::mastodon {
namespace {

constexpr std::string_view create_step = "create";
// A key is kept for 3,600 s (post_status_service.rb); five minutes are left for slow clocks.
constexpr Milliseconds key_window = std::chrono::minutes(55);
// How much the instance's clock may be behind ours when its listing is read.
constexpr Milliseconds clock_slack = std::chrono::minutes(2);
constexpr std::size_t most_candidates = 5;
constexpr std::chrono::milliseconds look_timeout = std::chrono::seconds(10);

// An account may make 300 calls in 5 minutes (mastodon config/initializers/rack_attack.rb); 300
// statuses in 3 hours are its default for posts.
constexpr std::array rates{
    Rate{300, std::chrono::hours(3)},
};

constexpr std::array fields{
    Field{"base_url", "Instance (https://…)", "", true},
    Field{"secret", "Access token", "CAAS_MASTODON_TOKEN", true},
};

constexpr std::array options{
    Option{"visibility", "public unlisted private direct", "Who can see it"},
    Option{"spoiler_text", "", "Content warning"},
    Option{"sensitive", "true false", "Hide media until they are wanted"},
    Option{"language", "", "Language, such as de"},
};

// The status's id: of the answer, or the end of the address a person gave when they found it.
std::string id_of(const Entry& entry) {
    if (!entry.remote_id.empty())
        return entry.remote_id;
    const auto url = net::parse_url(entry.url);
    const auto last = url ? url->path.substr(url->path.rfind('/') + 1) : "";
    const bool is_number = last.find_first_not_of("0123456789") == std::string::npos;
    return is_number ? last : "";
}

std::optional<Step> next(
    const Publication& publication,
    const Journal& journal,
    const Access& access,
    const Tools& tools) {
    std::optional<std::string> before;
    const int count = static_cast<int>(publication.parts.size());
    for (int part = 0; part < count; ++part) {
        if (const auto* done = find_done(journal, create_step, part)) {
            before = id_of(*done);
            continue;
        }
        Step step{
            .name = std::string(create_step),
            .part = part,
            .prepared = "{}",
            .is_repeatable = honours_keys(access),
            .repeatable_for = key_window,
            .publishes = true};
        const auto* open = find_open(journal, create_step, part);
        if (open == nullptr) {
            if (auto first = next_attachment(publication, journal, part, tools.clock.now()))
                return first;
        }
        if (open != nullptr)
            step.prepared = open->prepared;
        else if (!before || !before->empty())
            step.prepared = prepare(
                publication, part, before.value_or(""), attachments_of(publication, journal, part));
        return step;
    }
    return std::nullopt;
}

Outcome read_status(const net::Response& response) {
    const auto status = json::try_parse(response.body);
    auto id = status ? json::text_or(*status, "id", "") : "";
    if (id.empty())
        return Unknown{
            code_of(driver, "unreadable_answer"),
            "Mastodon took the post, but its answer cannot be read"};
    auto url = json::text_or(*status, "url", json::text_or(*status, "uri", ""));
    return Done{std::move(id), std::move(url), ""};
}

Outcome perform(
    const Publication& publication,
    const Step& step,
    const Journal&,
    const Access& access,
    const Tools& tools) {
    if (is_about_attachment(step.name))
        return perform_attachment(publication, step, access, tools);
    const auto prepared = json::parse(step.prepared, "The journal's step");
    const auto body = json::text(prepared, "body");
    if (!body)
        return Refused{
            code_of(driver, "part_before_unknown"),
            "The thread cannot go on: it is not known which post its last part became"};
    auto request =
        ask("POST", net::join(access.base_url, "/api/v1/statuses"), access.credentials.access);
    request.headers.emplace_back("Content-Type", "application/json");
    request.headers.emplace_back("Idempotency-Key", json::text_or(prepared, "key", ""));
    request.body = *body;
    request.is_create = true;
    const auto result = tools.http.send(request);
    if (const auto* failure = std::get_if<net::Failure>(&result))
        return outcome_of_create(driver, *failure);
    const auto& response = std::get<net::Response>(result);
    if (response.status == 200)
        return read_status(response);
    return read_refusal(response, tools.clock.now());
}

std::optional<Json> read(const std::string& url, const Access& access, const Tools& tools) {
    auto request = ask("GET", url, access.credentials.access);
    request.total_timeout = look_timeout;
    const auto result = tools.http.send(request);
    const auto* response = std::get_if<net::Response>(&result);
    if (response == nullptr || response->status != 200)
        return std::nullopt;
    return json::try_parse(response->body);
}

bool is_made_since(const Json& status, Instant since) {
    const auto made = parse_rfc3339(json::text_or(status, "created_at", ""));
    return !made || *made >= since;
}

// Whether a listed status is worth asking for its source: a reply to the same status, and made
// since the step began, by a clock that may have been wrong.
bool is_candidate(const Json& status, const Json& body, Instant since) {
    return is_made_since(status, since - clock_error) &&
           json::text_or(status, "in_reply_to_id", "") == json::text_or(body, "in_reply_to_id", "");
}

Sight look(
    const Publication& publication,
    const Journal& journal,
    const Access& access,
    const Tools& tools) {
    if (journal.empty())
        return CannotTell{"Nothing was tried"};
    const auto& entry = journal.back();
    if (is_about_attachment(entry.step))
        return Absent{};  // nobody sees what no status names
    const auto since = begin_of_doubt(journal);
    const auto prepared = json::try_parse(entry.prepared);
    const auto body =
        prepared ? json::try_parse(json::text_or(*prepared, "body", "")) : std::nullopt;
    if (!body)
        return CannotTell{"The journal does not hold what was sent"};
    const auto listing = read(
        net::with_query(
            net::join(
                access.base_url,
                "/api/v1/accounts/" + net::percent_encode(access.remote_id) + "/statuses"),
            {{"limit", "40"}, {"exclude_reblogs", "true"}}),
        access,
        tools);
    if (!listing || !listing->is_array())
        return CannotTell{"The account's posts could not be listed"};
    std::size_t asked = 0;
    for (const auto& status : *listing) {
        const auto id = json::text_or(status, "id", "");
        const auto url = json::text_or(status, "url", json::text_or(status, "uri", ""));
        if (publication.is_of_another(id, url) || !is_candidate(status, *body, since))
            continue;
        if (asked++ == most_candidates)
            break;
        const auto source = read(
            net::join(access.base_url, "/api/v1/statuses/" + net::percent_encode(id) + "/source"),
            access,
            tools);
        if (!source || !is_same(*body, status, *source))
            continue;
        if (is_made_since(status, since - clock_slack))
            return sight_of_equal(publication, {id, url, ""});
        return sight_of_older(url);
    }
    return CannotTell{"It is not among the account's newest posts, which proves nothing"};
}

std::string status_url(const Entry& published, const Access& access) {
    const auto id = id_of(published);
    if (id.empty())
        throw Error(Code::conflict, "It is not known which post on Mastodon this part became");
    return net::join(access.base_url, "/api/v1/statuses/" + net::percent_encode(id));
}

// What is gone answers 404, which is as good.
void remove(const Entry& published, const Access& access, const Tools& tools) {
    demand(ask("DELETE", status_url(published, access), access.credentials.access), tools);
}

Metrics measure(const Entry& published, const Access& access, const Tools& tools) {
    const auto status =
        demand(ask("GET", status_url(published, access), access.credentials.access), tools);
    Metrics metrics;
    if (!status)
        return metrics;
    constexpr std::array<std::pair<const char*, const char*>, 4> counters{{
        {"favourites_count", "likes"},
        {"reblogs_count", "reposts"},
        {"replies_count", "replies"},
        {"quotes_count", "quotes"},
    }};
    for (const auto& [theirs, ours] : counters) {
        if (const auto count = json::integer(*status, theirs); count && *count >= 0)
            metrics[ours] = *count;
    }
    return metrics;
}

}  // namespace

constinit const Driver driver{
    .id = "mastodon",
    .title = "Mastodon",
    .limits = limits,
    .fields = fields,
    .options = options,
    .connect = connect,
    .refresh = nullptr,
    .check = check,
    .next = next,
    .perform = perform,
    .look = look,
    .remove = remove,
    .measure = measure,
    .rates = rates,
    .sign_in = &sign_in,
    .has_ids_by_server = true,
    .posts = {.hosts = own_server},
};

}  // namespace caas::platform::mastodon

#include "core/platform/meta/publish.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "core/platform/answer.h"
#include "core/platform/equal.h"
#include "core/platform/journal.h"
#include "core/platform/meta/fault.h"
#include "core/platform/meta/life.h"

namespace caas::platform::meta {
namespace {

constexpr std::chrono::milliseconds look_timeout = std::chrono::seconds(10);
// How much Meta's clock may be behind ours.
constexpr Milliseconds clock_slack = std::chrono::minutes(2);
// Listings lag behind; a part that went out is looked for this long.
constexpr Milliseconds longest_search = std::chrono::minutes(30);
constexpr Milliseconds search_wait = std::chrono::minutes(1);

// When the part was first tried to be published.
Instant begin_of(const Journal& journal, int part) {
    for (const auto& entry : journal) {
        if (entry.step == publish_step && entry.part == part)
            return entry.started_at;
    }
    return journal.empty() ? Instant{} : journal.back().started_at;
}

std::optional<Found> find(
    const Dialect& dialect,
    const Publication& publication,
    const Journal& journal,
    int part,
    const Access& access,
    const Tools& tools) {
    const auto* done = find_done(journal, publish_step, part);
    const Wanted wanted{
        .part = part,
        .reply_to = part > 0 ? id_of_part(journal, part - 1) : "",
        .url = done != nullptr ? done->url : "",
        .since = begin_of(journal, part) - clock_slack,
        .journal = journal};
    return dialect.find(wanted, publication, access, tools);
}

std::string permalink(
    const Dialect& dialect, const std::string& id, const Access& access, const Tools& tools) {
    auto request = get(dialect.service, access, net::percent_encode(id), {{"fields", "permalink"}});
    request.total_timeout = look_timeout;
    const auto result = call_harmless(dialect.service.driver, request, tools);
    const auto* answer = std::get_if<Answer>(&result);
    return answer != nullptr ? json::text_or(answer->body, "permalink", "") : "";
}

std::string published_id(const Entry& entry) {
    return json::text_or(cursor_of(entry), "published", "");
}

// How a container that is published or spoilt already is refused is not documented: its state
// tells, so it is looked at. A missing permission needs no look.
Outcome read_publishing(const Driver& driver, Outcome outcome) {
    auto* refused = std::get_if<Refused>(&outcome);
    if (refused != nullptr && refused->code != code_of(driver, forbidden_word))
        return Unknown{std::move(refused->code), std::move(refused->message)};
    return outcome;
}

}  // namespace

std::variant<State, Outcome> read_state(
    const Dialect& dialect,
    const std::string& container,
    const Access& access,
    const Tools& tools) {
    const auto& driver = dialect.service.driver;
    const auto fields = std::string(dialect.status_field) + "," + std::string(dialect.reason_field);
    const auto request =
        get(dialect.service, access, net::percent_encode(container), {{"fields", fields}});
    const auto result = tools.http.send(request);
    if (const auto* failure = std::get_if<net::Failure>(&result))
        return outcome_of_read(driver, *failure);
    const auto& response = std::get<net::Response>(result);
    if (const auto fault = read_fault(response)) {
        const auto kind = kind_of(*fault);
        if (kind == Kind::gone || kind == Kind::spoilt)
            return State{"GONE", fault->message};
    }
    if (response.status < 200 || response.status >= 300 || read_fault(response))
        return harmless(read_refusal(driver, response, tools.clock.now()));
    const auto body = json::try_parse(response.body);
    const auto status = body ? json::text_or(*body, dialect.status_field, "") : "";
    if (status.empty())
        return NotSent{
            code_of(driver, "unreadable_answer"),
            std::string(driver.title) + "'s answer about a container cannot be read"};
    return State{status, json::text_or(*body, dialect.reason_field, "no reason given")};
}

Outcome publish(
    const Dialect& dialect,
    const Publication& publication,
    const Json& prepared,
    const Journal& journal,
    const Access& access,
    const Tools& tools) {
    const auto& driver = dialect.service.driver;
    const auto& entry = journal.back();
    if (const auto id = published_id(entry); !id.empty())
        return Done{id, permalink(dialect, id, access, tools), entry.cursor};
    if (json::truth(prepared, "is_out").value_or(false)) {
        const auto found = find(dialect, publication, journal, entry.part, access, tools);
        return found ? Done{found->remote_id, found->url, ""} : Done{};
    }
    const auto path =
        net::percent_encode(access.remote_id) + "/" + std::string(dialect.publish_edge);
    auto request = post(
        dialect.service,
        access,
        path,
        net::form_encode({{"creation_id", json::text_or(prepared, "container", "")}}));
    request.is_create = true;
    auto result = call(driver, request, tools);
    if (auto* outcome = std::get_if<Outcome>(&result))
        return read_publishing(driver, std::move(*outcome));
    const auto id = json::text_or(std::get<Answer>(result).body, "id", "");
    if (id.empty())
        return Unknown{
            code_of(driver, "unreadable_answer"),
            std::string(driver.title) + " took the post, but its answer cannot be read"};
    return Continue{json::dump({{"published", id}})};
}

Outcome locate(
    const Dialect& dialect,
    const Publication& publication,
    const Step& step,
    const Journal& journal,
    const Access& access,
    const Tools& tools) {
    const auto& driver = dialect.service.driver;
    if (const auto found = find(dialect, publication, journal, step.part, access, tools))
        return Done{found->remote_id, found->url, ""};
    const auto now = tools.clock.now();
    const auto* first = &journal.back();
    for (const auto& entry : journal) {
        if (entry.step == locate_step && entry.part == step.part) {
            first = &entry;
            break;
        }
    }
    if (now - first->started_at < longest_search)
        return Later{
            now + search_wait,
            std::string(driver.title) + " does not list the part before yet",
            false};
    return Refused{
        code_of(driver, "part_before_unknown"),
        "The thread cannot go on: it is not known which post its last part became"};
}

std::string id_of_part(const Journal& journal, int part) {
    for (const auto step : {publish_step, locate_step}) {
        const auto* done = find_done(journal, step, part);
        if (done != nullptr && !done->remote_id.empty())
            return done->remote_id;
    }
    return "";
}

Sight look(
    const Dialect& dialect,
    const Publication& publication,
    const Journal& journal,
    const Access& access,
    const Tools& tools) {
    if (journal.empty())
        return CannotTell{"Nothing was tried"};
    const auto& entry = journal.back();
    if (entry.step != publish_step)
        return Absent{.is_over = true};  // nobody sees what the other steps make
    if (const auto id = published_id(entry); !id.empty())
        return There{id, permalink(dialect, id, access, tools), entry.cursor};
    const auto prepared = prepared_of(entry);
    const auto container = json::text_or(prepared, "container", "");
    if (container.empty())
        return CannotTell{"The journal names no container"};
    const auto state = read_state(dialect, container, access, tools);
    const auto* seen = std::get_if<State>(&state);
    if (seen == nullptr)
        return CannotTell{"The container could not be asked for"};
    if (seen->status == "FINISHED")
        return Absent{};
    if (seen->status == "IN_PROGRESS")
        return CannotTell{"Meta is still at work on it"};
    const bool is_out = seen->status == "PUBLISHED";
    const auto found = find(dialect, publication, journal, entry.part, access, tools);
    if (is_out) {
        const bool is_ours = found && !publication.may_be_of_another(found->remote_id, found->url);
        return is_ours ? There{found->remote_id, found->url, ""} : There{};
    }
    if (found && found->has_words)
        return sight_of_equal(publication, {found->remote_id, found->url, ""});
    // A story of any kind, perhaps from somebody's telephone.
    if (found)
        return CannotTell{
            "The container was not published, it says, but a post without words appeared "
            "meanwhile: " +
                found->url,
            true};
    if (seen->status == "ERROR" || seen->status == "EXPIRED")
        return Absent{.is_over = true};
    return CannotTell{"The container is no more, and the post is not among the account's newest"};
}

}  // namespace caas::platform::meta

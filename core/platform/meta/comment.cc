#include "core/platform/meta/comment.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "core/platform/answer.h"
#include "core/platform/equal.h"
#include "core/platform/journal.h"
#include "core/platform/meta/life.h"
#include "core/platform/meta/listing.h"

namespace caas::platform::meta {
namespace {

constexpr std::chrono::milliseconds look_timeout = std::chrono::seconds(10);
constexpr Milliseconds clock_slack = std::chrono::minutes(2);

bool is_by_another(const Json& comment, std::string_view author, const Access& access) {
    const auto* by = json::find(comment, author);
    const bool is_object = by != nullptr && by->is_object();
    const auto who = is_object ? json::text_or(*by, "id", "") : json::text_or(comment, author, "");
    return !who.empty() && who != (is_object ? access.remote_id : access.handle);
}

}  // namespace

std::optional<Step> next_comment(
    const Publication& publication, const Journal& journal, const std::string& post) {
    const int count = static_cast<int>(publication.parts.size());
    for (int part = 1; part < count; ++part) {
        if (find_done(journal, comment_step, part) != nullptr)
            continue;
        Step step{
            .name = std::string(comment_step), .part = part, .prepared = "", .publishes = true};
        const auto& text = publication.parts[static_cast<std::size_t>(part)].text;
        const auto* open = find_open(journal, comment_step, part);
        step.prepared =
            open != nullptr ? open->prepared : json::dump({{"post", post}, {"message", text}});
        return step;
    }
    return std::nullopt;
}

Outcome make_comment(
    const Service& service, const Step& step, const Access& access, const Tools& tools) {
    const auto prepared = json::parse(step.prepared, "The journal's step");
    const auto& driver = service.driver;
    const auto on = json::text_or(prepared, "post", "");
    if (on.empty())
        return Refused{
            code_of(driver, "part_before_unknown"),
            "It is not known which post the comment belongs to"};
    auto request = post(
        service,
        access,
        net::percent_encode(on) + "/comments",
        net::form_encode({{"message", json::text_or(prepared, "message", "")}}));
    request.is_create = true;
    auto result = call(driver, request, tools);
    if (auto* outcome = std::get_if<Outcome>(&result))
        return std::move(*outcome);
    const auto id = json::text_or(std::get<Answer>(result).body, "id", "");
    if (id.empty())
        return Unknown{
            code_of(driver, "unreadable_answer"),
            std::string(driver.title) + " took the comment, but its answer cannot be read"};
    return Done{id, "", ""};
}

Sight look_for_comment(
    const Service& service,
    const CommentNames& names,
    const Journal& journal,
    const Access& access,
    const Tools& tools) {
    const auto& entry = journal.back();
    const auto begun = begin_of_doubt(journal);
    const auto prepared = prepared_of(entry);
    auto request =
        get(service,
            access,
            net::percent_encode(json::text_or(prepared, "post", "")) + "/comments",
            {{"fields",
              "id," + std::string(names.text) + "," + std::string(names.time) + "," +
                  std::string(names.author)},
             {"limit", "50"}});
    request.total_timeout = look_timeout;
    const auto result = call_harmless(service.driver, request, tools);
    const auto* answer = std::get_if<Answer>(&result);
    const auto* data = answer != nullptr ? json::find(answer->body, "data") : nullptr;
    if (data == nullptr || !data->is_array())
        return CannotTell{"The comments could not be listed"};
    bool has_older = false;
    for (const auto& comment : *data) {
        const auto id = json::text_or(comment, "id", "");
        const auto made = parse_time(json::text_or(comment, names.time, ""));
        const bool is_known =
            std::ranges::any_of(journal, [&](const Entry& other) { return other.remote_id == id; });
        if (!id.empty() && !is_known && !is_by_another(comment, names.author, access) &&
            (!made || *made >= begun - clock_error) &&
            is_same_text(
                json::text_or(prepared, "message", ""), json::text_or(comment, names.text, ""))) {
            if (!made || *made >= begun - clock_slack)
                return There{id, "", ""};
            has_older = true;  // the newest need not be listed first
        }
    }
    if (has_older)
        return sight_of_older("");
    return CannotTell{"It is not among the comments, which proves nothing"};
}

std::optional<Refused> find_bad_comment(const Driver& driver, const Publication& publication) {
    for (std::size_t part = 1; part < publication.parts.size(); ++part) {
        const auto& [text, media] = publication.parts[part];
        if (!media.empty() || text.find_first_not_of(" \t\r\n") == text.npos)
            return Refused{
                code_of(driver, "bad_comment"),
                "The parts after the first become comments on " + std::string(driver.title) +
                    ": each needs a text and can have no media"};
    }
    return std::nullopt;
}

}  // namespace caas::platform::meta

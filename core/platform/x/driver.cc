// X. Its API knows no idempotency key: a post in doubt is looked for among the account's newest and
// never sent again on a guess. Steps: those of upload.h for each medium of the parts that are not
// out yet, then `create` for each part; a thread is a chain of replies.
#include "core/platform/driver.h"

#include <array>

#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "core/net/url.h"
#include "core/platform/answer.h"
#include "core/platform/drivers.h"
#include "core/platform/journal.h"
#include "core/platform/x/afterwards.h"
#include "core/platform/x/answer.h"
#include "core/platform/x/limits.h"
#include "core/platform/x/look.h"
#include "core/platform/x/post.h"
#include "core/platform/x/premium.h"
#include "core/platform/x/price.h"
#include "core/platform/x/sign_in.h"
#include "core/platform/x/upload.h"

namespace caas::platform::x {
namespace {

constexpr std::string_view create_step = "create";

// Of one person (docs.x.com/rate-limits; the second counts reposts as well).
constexpr std::array rates{
    Rate{100, std::chrono::minutes(15)},
    Rate{300, std::chrono::hours(3)},
};

constexpr std::array options{
    Option{
        "reply_settings",
        "everyone following mentionedUsers subscribers verified",
        "Who may reply"},
    Option{"made_with_ai", "true false", "Made with AI"},
    Option{"paid_partnership", "true false", "Paid partnership"},
    Option{"community_id", "", "Number of the community to post to"},
    Option{"share_with_followers", "true false", "Show a community's post to followers as well"},
};

std::optional<Step> next(
    const Publication& publication, const Journal& journal, const Access&, const Tools& tools) {
    const auto now = tools.clock.now();
    const int count = static_cast<int>(publication.parts.size());
    int part = 0;
    std::optional<std::string> before;
    while (part < count) {
        const auto* done = find_done(journal, create_step, part);
        if (done == nullptr)
            break;
        before = id_of(*done);
        ++part;
    }
    if (part == count)
        return std::nullopt;
    const auto* open = find_open(journal, create_step, part);
    if (open == nullptr) {
        if (auto upload = next_upload(publication, part, journal, now))
            return upload;
    }
    Step step{.name = std::string(create_step), .part = part, .prepared = "{}", .publishes = true};
    if (open != nullptr)
        step.prepared = open->prepared;
    else if (!before || !before->empty())
        step.prepared = body_of(
            publication, part, before.value_or(""), uploaded(publication, part, journal, now));
    return step;
}

// Whether an earlier try of this step may have made something.
bool is_in_doubt(const Journal& journal, const Step& step) {
    const auto* open = find_open(journal, step.name, step.part);
    return open != nullptr && open != &journal.back();
}

Outcome read_created(const net::Response& response, const Access& access) {
    const auto body = json::try_parse(response.body);
    const auto* data = body ? json::find(*body, "data") : nullptr;
    auto id = data != nullptr ? json::text_or(*data, "id", "") : "";
    // Faults may stand beside or instead of the post.
    if (id.empty())
        return Unknown{
            code_of(driver, "unreadable_answer"),
            "X took the post, but its answer does not say which one it is"};
    auto url = permalink(access, id);
    return Done{std::move(id), std::move(url), ""};
}

Outcome create(const Step& step, const Journal& journal, const Access& access, const Tools& tools) {
    if (step.prepared == "{}")
        return Refused{
            code_of(driver, "part_before_unknown"),
            "The thread cannot go on: it is not known which post its last part became"};
    auto request = ask("POST", net::join(access.base_url, "/2/tweets"), access.credentials.access);
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = step.prepared;
    request.is_create = true;
    const auto result = tools.http.send(request);
    if (const auto* failure = std::get_if<net::Failure>(&result))
        return outcome_of_create(driver, *failure);
    const auto& response = std::get<net::Response>(result);
    if (response.status == 200 || response.status == 201)
        return read_created(response, access);
    return read_refusal(response, access, is_in_doubt(journal, step), tools.clock.now());
}

Outcome perform(
    const Publication& publication,
    const Step& step,
    const Journal& journal,
    const Access& access,
    const Tools& tools) {
    if (auto fault = fault_of_media(publication))
        return *std::move(fault);
    if (step.name == create_step)
        return create(step, journal, access, tools);
    return perform_upload(publication, step, journal, access, tools);
}

Sight look(
    const Publication& publication,
    const Journal& journal,
    const Access& access,
    const Tools& tools) {
    // Nobody sees an upload, and a step of it may be done again.
    if (journal.empty() || journal.back().step != create_step)
        return Absent{};
    return look_for_post(publication, journal, access, tools);
}

}  // namespace

constinit const Driver driver{
    .id = "x",
    .title = "X",
    .limits = limits,
    .fields = {},
    .options = options,
    .connect = nullptr,
    .refresh = refresh,
    .check = check,
    .next = next,
    .perform = perform,
    .look = look,
    .remove = remove,
    .measure = measure,
    .charges_for_reads = true,
    .limits_for = limits_for,
    .price_microdollars = price_microdollars,
    .rates = rates,
    .sign_in = &sign_in,
    .posts = {.hosts = "x.com twitter.com"},
};

}  // namespace caas::platform::x

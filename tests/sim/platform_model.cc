#include "tests/sim/platform_model.h"

#include <algorithm>
#include <sstream>
#include <utility>

#include "core/base/error.h"

namespace caas::sim {
namespace {

using platform::Access;
using platform::Entry;
using platform::Journal;
using platform::Outcome;
using platform::Publication;
using platform::Step;
using platform::StepState;
using platform::Tools;

constexpr std::int64_t minute = 60'000;
// A listing shows new things after at most this.
constexpr std::int64_t listing_lag = 20'000;
// Longer than the driver counts on, so that a clock set back by an hour is within its margin.
constexpr std::int64_t token_memory = 120 * minute;
constexpr auto token_counted_on = std::chrono::minutes(50);

const Entry* done(const Journal& journal, std::string_view step, int part) {
    const auto at = std::ranges::find_if(journal, [&](const Entry& entry) {
        return entry.step == step && entry.part == part && entry.state == StepState::done;
    });
    return at == journal.end() ? nullptr : &*at;
}

template <Kind kind>
std::optional<Step> next(
    const Publication& publication,
    const Journal& journal,
    const Access& /*access*/,
    const Tools& tools) {
    for (int part = 0; part < static_cast<int>(publication.parts.size()); ++part) {
        const std::string_view last = kind == Kind::container ? "publish" : "create";
        if (done(journal, last, part) != nullptr)
            continue;
        const auto* before = part == 0 ? nullptr : done(journal, last, part - 1);
        const auto parent =
            before == nullptr || before->remote_id.empty() ? std::string("-") : before->remote_id;
        Step step;
        step.part = part;
        step.name = "create";
        step.publishes = true;
        step.is_repeatable = kind != Kind::plain && kind != Kind::listing;
        if constexpr (kind == Kind::token)
            step.repeatable_for = token_counted_on;
        if constexpr (kind == Kind::container) {
            if (const auto* made = done(journal, "create", part)) {
                step.name = "publish";
                step.prepared = made->prepared;
                return step;
            }
            step.publishes = false;
        }
        std::ostringstream prepared;
        prepared << publication.post.text() << ' ' << part << ' ' << parent << ' '
                 << tools.random.number();
        step.prepared = prepared.str();
        return step;
    }
    return std::nullopt;
}

net::Request request_of(Kind kind, std::string_view verb, const std::string& prepared) {
    net::Request request;
    request.method = name(kind);
    request.url = verb;
    request.body = prepared;
    return request;
}

template <Kind kind>
Outcome perform(
    const Publication& /*publication*/,
    const Step& step,
    const Journal& /*journal*/,
    const Access& /*access*/,
    const Tools& tools) {
    const auto result = tools.http.send(request_of(kind, step.name, step.prepared));
    if (const auto* failure = std::get_if<net::Failure>(&result)) {
        if (failure->may_have_left)
            return platform::Unknown{"sim.unknown", "no answer"};
        return platform::NotSent{"sim.not_sent", "no connection"};
    }
    const auto& answer = std::get<net::Response>(result);
    switch (answer.status) {
        case 201:
            return platform::Done{answer.body, "", ""};
        case 200:
            return platform::Already{answer.body, "", ""};
        case 429:
            return platform::Later{tools.clock.now() + std::chrono::minutes(3), "busy"};
        case 401:
            return platform::NeedsSignIn{"sim.sign_in", "old token", true};
        case 403:
            return platform::AccountHeld{"sim.held", "restricted"};
        default:
            return platform::Refused{"sim.refused", "no"};
    }
}

template <Kind kind>
platform::Sight look(
    const Publication& /*publication*/,
    const Journal& journal,
    const Access& /*access*/,
    const Tools& tools) {
    const auto& last = journal.back();
    const auto result = tools.http.send(
        request_of(kind, last.step == "publish" ? "look" : "look_create", last.prepared));
    const auto* answer = std::get_if<net::Response>(&result);
    if (answer == nullptr || answer->status == 204)
        return platform::CannotTell{"it cannot be told"};
    if (answer->status == 404)
        return platform::Absent{};
    return platform::There{answer->body, "", ""};
}

platform::Credentials refresh(const Access& access, const Tools& tools) {
    const auto result = tools.http.send(request_of(Kind::plain, "refresh", access.handle));
    if (std::holds_alternative<net::Failure>(result))
        throw Error(Code::platform_unavailable, "no token now");
    return {Secret("token"), Secret("refresh"), std::nullopt, std::nullopt};
}

constexpr platform::Limits limits{};

template <Kind kind>
constexpr platform::Driver made{
    .id = "sim",
    .title = "Sim",
    .limits = limits,
    .fields = {},
    .options = {},
    .connect = nullptr,
    .refresh = refresh,
    .check = nullptr,
    .next = next<kind>,
    .perform = perform<kind>,
    .look = look<kind>};

constexpr std::array<const platform::Driver*, kinds.size()> drivers{
    &made<Kind::plain>,
    &made<Kind::listing>,
    &made<Kind::keyed>,
    &made<Kind::token>,
    &made<Kind::container>,
};

constexpr std::array<std::string_view, kinds.size()> names{
    "plain", "listing", "keyed", "token", "container"};

Kind kind_of(std::string_view word) {
    for (const auto kind : kinds) {
        if (name(kind) == word)
            return kind;
    }
    throw Error(Code::internal, "no such kind");
}

net::Failure lost(bool may_have_left) {
    return {net::Failure::Kind::timeout, may_have_left, "lost"};
}

}  // namespace

const platform::Driver& driver(Kind kind) {
    return *drivers[static_cast<std::size_t>(kind)];
}

std::string_view name(Kind kind) {
    return names[static_cast<std::size_t>(kind)];
}

int PlatformModel::made(const std::string& post, int part) const {
    return static_cast<int>(std::ranges::count_if(
        things_, [&](const Thing& thing) { return thing.post == post && thing.part == part; }));
}

bool PlatformModel::is_on_its_way(const std::string& post) const {
    return std::ranges::any_of(
        on_its_way_, [&](const Create& create) { return create.post == post; });
}

void PlatformModel::arrive(bool all) {
    std::vector<Create> arrived;
    std::erase_if(on_its_way_, [&](const Create& create) {
        if (!all && create.arrives_at > now_)
            return false;
        arrived.push_back(create);
        return true;
    });
    for (const auto& create : arrived) {
        bool was_there = false;
        accept(create, was_there);
        if (!was_there)
            late.push_back(create.post);
    }
}

// What a create comes to that reached the server: an id.
std::string PlatformModel::accept(const Create& create, bool& was_there) {
    const auto id = "id" + std::to_string(++count_);
    const bool has_key = create.kind != Kind::plain && create.kind != Kind::listing;
    if (has_key) {
        const auto known = by_key_.find(create.key);
        const bool forgets = create.kind == Kind::token;
        if (known != by_key_.end() && (!forgets || now_ - known->second.second < token_memory)) {
            was_there = true;
            return known->second.first;
        }
        by_key_[create.key] = {id, now_};
    }
    things_.push_back({create.post, create.part, id, create.parent, now_});
    return id;
}

net::Result PlatformModel::look(Kind kind, const Create& wanted) const {
    if (kind == Kind::listing) {
        for (const auto& thing : things_) {
            if (thing.post == wanted.post && thing.part == wanted.part &&
                thing.at + listing_lag <= now_)
                return net::Response{200, {}, thing.id};
        }
        return net::Response{204, {}, ""};
    }
    if (kind != Kind::keyed && kind != Kind::container)
        return net::Response{204, {}, ""};
    const auto known = by_key_.find(wanted.key);
    if (known == by_key_.end())
        return net::Response{404, {}, ""};
    return net::Response{200, {}, known->second.first};
}

net::Result PlatformModel::send(const net::Request& request) {
    arrive(false);
    const bool has_faults = !is_healthy;
    if (request.url == "refresh") {
        if (has_faults && chance_.happens(200))
            return lost(true);
        return net::Response{200, {}, ""};
    }
    Create create;
    create.kind = kind_of(request.method);
    create.key = request.body;
    std::istringstream words(request.body);
    words >> create.post >> create.part >> create.parent;

    if (request.url == "look" || request.url == "look_create") {
        if (has_faults && chance_.happens(150))
            return lost(true);
        // Of a container that was made invisibly nothing can be known.
        if (create.kind == Kind::container && request.url == "look_create")
            return net::Response{204, {}, ""};
        return look(create.kind, create);
    }
    if (has_faults) {
        if (chance_.happens(70))
            return lost(false);
        if (chance_.happens(40))
            return net::Response{429, {}, ""};
        if (chance_.happens(15))
            return net::Response{401, {}, ""};
        if (chance_.happens(4))
            return net::Response{403, {}, ""};
        if (chance_.happens(15))
            return net::Response{422, {}, ""};
        if (chance_.happens(60))
            return lost(true);
    }
    if (create.kind == Kind::container && request.url == "create")
        return net::Response{201, {}, "container"};
    if (has_faults && chance_.happens(30)) {
        create.arrives_at = now_ + chance_.between(1'000, 90'000);
        on_its_way_.push_back(create);
        return lost(true);
    }
    bool was_there = false;
    auto id = accept(create, was_there);
    if (has_faults && chance_.happens(80))
        return lost(true);
    return net::Response{was_there ? 200 : 201, {}, std::move(id)};
}

}  // namespace caas::sim

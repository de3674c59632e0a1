// Bluesky (atproto). Publishing is exactly once: the record's key is chosen before the first call
// and kept in the journal, the server holds one record a key, and `swapRecord: null` forbids to
// overwrite it. Steps: `upload N` each picture, `resolve` each mention, `create` each part,
// `locate` a part that went out but of which the journal has no content id.
#include "core/platform/driver.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "core/platform/answer.h"
#include "core/platform/bluesky/afterwards.h"
#include "core/platform/bluesky/blob.h"
#include "core/platform/bluesky/limits.h"
#include "core/platform/bluesky/record.h"
#include "core/platform/bluesky/record_key.h"
#include "core/platform/bluesky/session.h"
#include "core/platform/bluesky/xrpc.h"
#include "core/platform/drivers.h"
#include "core/platform/journal.h"

namespace caas::platform::bluesky {
namespace {

// 5,000 points an hour and 35,000 a day for each account, three for a record
// (the server's own rate limits, bluesky-social/atproto pds/src/index.ts).
constexpr std::array rates{
    Rate{1666, std::chrono::hours(1)},
    Rate{11666, std::chrono::hours(24)},
};

constexpr std::array fields{
    Field{"identifier", "Handle (ana.bsky.social)", "", true},
    Field{"base_url", "Server, when it is not bsky.social", "", false},
    Field{"secret", "App password", "CAAS_BLUESKY_PASSWORD", true},
};

// A handle that cannot be found is kept as done, with no DID.
struct Found {
    bool is_asked = false;
    std::string did;
};

Found find_person(const Journal& journal, const std::string& handle) {
    for (const auto& entry : journal) {
        if (entry.step != resolve_step || entry.state != StepState::done)
            continue;
        const auto prepared = json::try_parse(entry.prepared);
        if (!prepared || json::text_or(*prepared, "handle", "") != handle)
            continue;
        const auto cursor = json::try_parse(entry.cursor);
        return {true, cursor ? json::text_or(*cursor, "did", "") : ""};
    }
    return {};
}

// The reference to a part that is out; nullopt when it must be located first.
std::optional<StrongRef> find_ref(const Journal& journal, int part) {
    for (const auto name : {create_step, locate_step}) {
        if (const auto* done = find_done(journal, name, part)) {
            if (auto ref = read_ref(done->cursor))
                return ref;
        }
    }
    return std::nullopt;
}

Step locating(const Journal& journal, int part) {
    const auto place = place_of(*find_done(journal, create_step, part)).value_or(Place{});
    return {
        .name = std::string(locate_step),
        .part = part,
        .prepared = json::dump({{"repo", place.repo}, {"rkey", place.rkey}}),
        .is_repeatable = true,
        .publishes = false};
}

// The key of this part: the one it was first given, so that no late arrival can make a second
// record. Keys of a thread grow with its parts.
std::string key_for(const Journal& journal, int part, const Tools& tools) {
    if (const auto* before = find_newest(journal, create_step, part)) {
        if (const auto place = place_of(before->prepared))
            return place->rkey;
    }
    const auto* previous = part > 0 ? find_newest(journal, create_step, part - 1) : nullptr;
    const auto place = previous != nullptr ? place_of(previous->prepared) : std::nullopt;
    return make_record_key(tools.clock.now(), tools.random, place ? place->rkey : "");
}

Step creating(
    const Publication& publication,
    const Journal& journal,
    const Access& access,
    const Tools& tools,
    int part,
    const People& people,
    const std::optional<Reply>& reply) {
    Step step{
        .name = std::string(create_step),
        .part = part,
        .prepared = "",
        .is_repeatable = true,
        .publishes = true};
    if (const auto* open = find_open(journal, create_step, part))
        step.prepared = open->prepared;
    else
        step.prepared = make_body(
            access.remote_id,
            key_for(journal, part, tools),
            publication.parts[static_cast<std::size_t>(part)],
            blobs_of(publication, journal, part),
            part == 0 ? publication.options : std::string(),
            publication.language,
            people,
            reply,
            tools.clock.now());
    return step;
}

std::optional<Step> next(
    const Publication& publication,
    const Journal& journal,
    const Access& access,
    const Tools& tools) {
    const int count = static_cast<int>(publication.parts.size());
    int part = 0;
    while (part < count && find_done(journal, create_step, part) != nullptr)
        ++part;
    if (part == count)
        return std::nullopt;
    if (auto step = next_upload(publication, journal, part, tools.clock.now()))
        return step;
    People people;
    for (const auto& [handle, first_part] : mentions(publication)) {
        const auto found = find_person(journal, handle);
        if (!found.is_asked)
            return Step{
                .name = std::string(resolve_step),
                .part = first_part,
                .prepared = json::dump({{"handle", handle}}),
                .is_repeatable = true,
                .publishes = false};
        if (!found.did.empty())
            people.emplace(handle, found.did);
    }
    std::optional<Reply> reply;
    if (part > 0) {
        const auto root = find_ref(journal, 0);
        if (!root)
            return locating(journal, 0);
        const auto parent = find_ref(journal, part - 1);
        if (!parent)
            return locating(journal, part - 1);
        reply = Reply{*root, *parent};
    }
    return creating(publication, journal, access, tools, part, people, reply);
}

Outcome read_record(const net::Response& response, const Place& place, std::string_view what) {
    const auto body = json::try_parse(response.body);
    StrongRef ref;
    if (body)
        ref = {json::text_or(*body, "uri", ""), json::text_or(*body, "cid", "")};
    if (ref.uri.empty() || ref.cid.empty())
        return Unknown{
            code_of(driver, "unreadable_answer"),
            "Bluesky " + std::string(what) + ", but its answer cannot be read"};
    return Done{ref.uri, permalink(place), write_ref(ref)};
}

net::Request record_request(const Access& access, const Place& place) {
    // Public: asked without a token, which may be old by now.
    return ask(
        "GET",
        url_of(
            access.base_url,
            "com.atproto.repo.getRecord",
            {{"repo", place.repo}, {"collection", std::string(collection)}, {"rkey", place.rkey}}),
        Secret());
}

bool has_embed(const Step& step) {
    const auto body = json::try_parse(step.prepared);
    return body && json::path(*body, {"record", "embed"}) != nullptr;
}

Outcome create(const Step& step, const Access& access, const Tools& tools) {
    const auto place = place_of(step.prepared);
    if (!place)
        return Refused{code_of(driver, "journal_damaged"), "The journal names no record"};
    auto request =
        ask("POST",
            url_of(access.base_url, "com.atproto.repo.putRecord", {}),
            access.credentials.access);
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = step.prepared;
    request.is_create = true;
    const auto result = tools.http.send(request);
    if (const auto* failure = std::get_if<net::Failure>(&result))
        return outcome_of_create(driver, *failure);
    const auto& response = std::get<net::Response>(result);
    if (response.status == 200)
        return read_record(response, *place, "took the post");
    // The server dropped a picture: it is uploaded again before a later try.
    if (read_fault(response).name == "BlobNotFound" && has_embed(step))
        return NotSent{
            code_of(driver, blob_not_found), "Bluesky does not have the picture any more"};
    // A record with this key is there, and the key is ours alone; a look reads its content id.
    if (read_fault(response).name == "InvalidSwap")
        return Unknown{code_of(driver, "invalid_swap"), "The post is there already"};
    return read_refusal(response, tools.clock.now());
}

// What an answer that is no success means for a call that only reads.
Outcome read_only_refusal(const net::Response& response, Instant now) {
    auto outcome = read_refusal(response, now);
    if (auto* unknown = std::get_if<Unknown>(&outcome))
        return NotSent{std::move(unknown->code), std::move(unknown->message)};
    return outcome;
}

Outcome resolve(const Step& step, const Access& access, const Tools& tools) {
    const auto prepared = json::parse(step.prepared, "The journal's step");
    const auto request =
        ask("GET",
            url_of(
                access.base_url,
                "com.atproto.identity.resolveHandle",
                {{"handle", json::text_or(prepared, "handle", "")}}),
            Secret());
    const auto result = tools.http.send(request);
    if (const auto* failure = std::get_if<net::Failure>(&result))
        return outcome_of_read(driver, *failure);
    const auto& response = std::get<net::Response>(result);
    if (response.status == 200) {
        const auto body = json::try_parse(response.body);
        const auto did = body ? json::text_or(*body, "did", "") : "";
        if (did.starts_with("did:"))
            return Done{"", "", json::dump({{"did", did}})};
        return NotSent{
            code_of(driver, "unreadable_answer"), "Bluesky's answer to a handle cannot be read"};
    }
    auto outcome = read_only_refusal(response, tools.clock.now());
    // Nobody of that name: the mention stays plain text.
    if (std::holds_alternative<Refused>(outcome))
        return Done{"", "", json::dump({{"did", nullptr}})};
    return outcome;
}

Outcome locate(const Step& step, const Access& access, const Tools& tools) {
    const auto place = place_of(step.prepared);
    if (!place)
        return Refused{
            code_of(driver, "part_before_unknown"),
            "The thread cannot go on: it is not known which post its last part became"};
    const auto result = tools.http.send(record_request(access, *place));
    if (const auto* failure = std::get_if<net::Failure>(&result))
        return outcome_of_read(driver, *failure);
    const auto& response = std::get<net::Response>(result);
    if (response.status != 200)
        return read_only_refusal(response, tools.clock.now());
    auto outcome = read_record(response, *place, "has the post");
    if (auto* unknown = std::get_if<Unknown>(&outcome))
        return NotSent{std::move(unknown->code), std::move(unknown->message)};
    return outcome;
}

Outcome perform(
    const Publication& publication,
    const Step& step,
    const Journal&,
    const Access& access,
    const Tools& tools) {
    if (is_upload(step.name))
        return upload(publication, step, access, tools);
    if (step.name == resolve_step)
        return resolve(step, access, tools);
    if (step.name == locate_step)
        return locate(step, access, tools);
    return create(step, access, tools);
}

Sight look(const Publication&, const Journal& journal, const Access& access, const Tools& tools) {
    if (journal.empty() || journal.back().step != create_step)
        return Absent{};  // every other step only reads
    const auto place = place_of(journal.back().prepared);
    if (!place)
        return CannotTell{"The journal names no record"};
    const auto result = tools.http.send(record_request(access, *place));
    if (const auto* failure = std::get_if<net::Failure>(&result))
        return CannotTell{failure->message};
    const auto& response = std::get<net::Response>(result);
    if (response.status != 200) {
        if (read_fault(response).name == "RecordNotFound")
            return Absent{};
        return CannotTell{"The server answered with HTTP " + std::to_string(response.status)};
    }
    const auto outcome = read_record(response, *place, "has the post");
    if (const auto* done = std::get_if<Done>(&outcome))
        return There{done->remote_id, done->url, done->cursor};
    return CannotTell{"The server's answer cannot be read"};
}

}  // namespace

constinit const Driver driver{
    .id = "bluesky",
    .title = "Bluesky",
    .limits = limits,
    .fields = fields,
    .options = card_options,
    .connect = connect,
    .refresh = refresh,
    .check = check,
    .next = next,
    .perform = perform,
    .look = look,
    .remove = remove,
    .measure = measure,
    .rates = rates,
    .posts = {.scheme = "at://"},
};

}  // namespace caas::platform::bluesky

// LinkedIn, for members and organizations. Its API knows no idempotency key, and what a member
// posted cannot be read back: such a post stays in doubt until a person looks. Steps: those of
// upload.h for each medium, `create` for the first part, `comment` for each other one, since
// LinkedIn has no threads.
#include "core/platform/driver.h"

#include <array>

#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "core/platform/answer.h"
#include "core/platform/drivers.h"
#include "core/platform/journal.h"
#include "core/platform/linkedin/afterwards.h"
#include "core/platform/linkedin/answer.h"
#include "core/platform/linkedin/call.h"
#include "core/platform/linkedin/limits.h"
#include "core/platform/linkedin/look.h"
#include "core/platform/linkedin/post.h"
#include "core/platform/linkedin/sign_in.h"
#include "core/platform/linkedin/upload.h"
#include "core/platform/option.h"

namespace caas::platform::linkedin {
namespace {

constexpr std::string_view create_step = "create";
constexpr std::string_view comment_step = "comment";

// Of one member (learn.microsoft.com, Share on LinkedIn, rate limits: 150 requests a day); what a
// page has is shown to its developer only.
constexpr std::array rates{
    Rate{150, std::chrono::hours(24)},
};

constexpr std::array options{
    Option{"visibility", "PUBLIC CONNECTIONS LOGGED_IN", "Who can see it"},
    Option{"allow_reshares", "true false", "Others may share it"},
    Option{"link", web_address, "Address of the link card; else the first in the text"},
    Option{"link_title", "", "Title of the link card"},
    Option{"link_description", "", "Description of the link card"},
};

Step publishing(std::string_view name, int part, std::string prepared) {
    return {
        .name = std::string(name),
        .part = part,
        .prepared = std::move(prepared),
        .publishes = true};
}

std::optional<Step> next(
    const Publication& publication,
    const Journal& journal,
    const Access& access,
    const Tools& tools) {
    const auto* post = find_done(journal, create_step, 0);
    if (post == nullptr) {
        if (const auto* open = find_open(journal, create_step, 0))
            return publishing(create_step, 0, open->prepared);
        if (auto upload = next_upload(publication, journal, access, tools.clock.now()))
            return upload;
        return publishing(
            create_step,
            0,
            body_of_post(publication, author_of(access), uploaded(publication, journal)));
    }
    const int count = static_cast<int>(publication.parts.size());
    for (int part = 1; part < count; ++part) {
        if (find_done(journal, comment_step, part) != nullptr)
            continue;
        if (const auto* open = find_open(journal, comment_step, part))
            return publishing(comment_step, part, open->prepared);
        const auto& text = publication.parts[static_cast<std::size_t>(part)];
        return publishing(
            comment_step, part, prepare_comment(text, author_of(access), urn_of(*post)));
    }
    return std::nullopt;
}

// An earlier try of the same bytes that may have made something.
bool is_in_doubt(const Journal& journal) {
    const auto& last = journal.back();
    const auto* open = find_open(journal, last.step, last.part);
    return open != nullptr && open != &last && open->prepared == last.prepared;
}

// A duplicate is ours only when such a try went before: LinkedIn refuses against what somebody
// posted by hand as well, and for two days against posts that are deleted, by names of posts that
// never were. An organization's own list tells for certain. What another post of the account became
// says nothing of this one, which may have been made beside it.
Outcome read_duplicate(
    const Publication& publication,
    const Fault& fault,
    const Journal& journal,
    const Access& access) {
    auto code = code_of(driver, "duplicate_post");
    auto urn = duplicate_of(fault);
    if (!is_in_doubt(journal))
        return Refused{
            std::move(code),
            "LinkedIn refuses it: an equal post exists or was deleted a short time ago" +
                (urn.empty() ? std::string() : " (" + urn + ")")};
    if (urn.empty() || is_organization(access))
        return Unknown{std::move(code), "LinkedIn has an equal post, perhaps from the try before"};
    auto url = permalink(urn);
    if (publication.may_be_of_another(urn, url))
        return Unknown{
            std::move(code),
            "LinkedIn names an equal post that another one became or may have become"};
    return Already{std::move(urn), std::move(url), ""};
}

Outcome publish(
    const Publication& publication,
    const net::Request& request,
    const Journal& journal,
    const Access& access,
    const Tools& tools) {
    const auto result = tools.http.send(request);
    if (const auto* failure = std::get_if<net::Failure>(&result))
        return outcome_of_create(driver, *failure);
    const auto& response = std::get<net::Response>(result);
    const int status = response.status;
    if (status == 200 || status == 201) {
        auto id = made_id(response);
        if (id.empty()) {
            const auto body = json::try_parse(response.body);
            id = body ? json::text_or(*body, "id", "") : "";
        }
        if (id.empty())
            return Unknown{
                code_of(driver, "unreadable_answer"),
                "LinkedIn took the post, but its answer does not say which one it is"};
        return Done{std::move(id), "", ""};
    }
    const auto fault = read_fault(response);
    if (status >= 400 && status < 500 && fault.code == "DUPLICATE_POST")
        return read_duplicate(publication, fault, journal, access);
    return read_refusal(response, journal, access, tools.clock.now());
}

Outcome create(
    const Publication& publication,
    const Step& step,
    const Journal& journal,
    const Access& access,
    const Tools& tools) {
    auto request = post("/rest/posts", access, step.prepared);
    request.is_create = true;
    auto outcome = publish(publication, request, journal, access, tools);
    if (auto* done = std::get_if<Done>(&outcome))
        done->url = permalink(done->remote_id);
    return outcome;
}

Outcome comment(
    const Publication& publication,
    const Step& step,
    const Journal& journal,
    const Access& access,
    const Tools& tools) {
    const auto prepared = json::parse(step.prepared, "The journal's step");
    const auto object = json::text_or(prepared, "object", "");
    if (object.empty())
        return Refused{
            code_of(driver, "part_before_unknown"),
            "There is nothing to comment on: it is not known which post the first part became"};
    auto request = post(
        "/rest/socialActions/" + encoded(object) + "/comments",
        access,
        json::text_or(prepared, "body", ""));
    request.is_create = true;
    auto outcome = publish(publication, request, journal, access, tools);
    if (auto* done = std::get_if<Done>(&outcome))
        done->url = permalink(object);
    return outcome;
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
        return create(publication, step, journal, access, tools);
    if (step.name == comment_step)
        return comment(publication, step, journal, access, tools);
    return perform_upload(publication, step, journal, access, tools);
}

Sight look(
    const Publication& publication,
    const Journal& journal,
    const Access& access,
    const Tools& tools) {
    if (!journal.empty() && journal.back().step == comment_step)
        return CannotTell{"LinkedIn does not let comments be listed"};
    // Nobody sees an upload, and a step of it may be done again.
    if (journal.empty() || journal.back().step != create_step)
        return Absent{};
    return look_for_post(publication, journal, access, tools);
}

}  // namespace

constinit const Driver driver{
    .id = "linkedin",
    .title = "LinkedIn",
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
    .rates = rates,
    .sign_in = &sign_in,
    .posts = {.hosts = "linkedin.com"},
};

}  // namespace caas::platform::linkedin

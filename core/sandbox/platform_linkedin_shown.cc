// Who acts at the pretend LinkedIn, what people see of it, and how it is told to be slow.
#include <array>

#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "core/net/url.h"
#include "core/sandbox/platform_linkedin.h"

namespace caas::sandbox {
namespace {

// Whom the sign-in lets its member act for beside themselves (authorization_linkedin.cc).
constexpr std::array<std::string_view, 2> run_by_member{
    "urn:li:organization:1000", "urn:li:organization:2000"};

void add_media(const Json& content, std::vector<ShownMedium>& to) {
    const auto add = [&to](const Json& medium) {
        to.push_back({json::text_or(medium, "id", ""), "", json::text_or(medium, "altText", "")});
    };
    if (const auto* medium = json::find(content, "media"))
        add(*medium);
    if (const auto* images = json::path(content, {"multiImage", "images"})) {
        for (const auto& image : *images)
            add(image);
    }
}

}  // namespace

bool is_organization(std::string_view author) {
    return author.starts_with("urn:li:organization:");
}

net::Response linkedin_duplicate(const std::string& urn) {
    return json_response(
        422,
        {{"errorDetailType", "com.linkedin.common.error.BadRequest"},
         {"message", "Error while processing share: Content is a duplicate of " + urn},
         {"errorDetails",
          {{"inputErrors",
            Json::array(
                {{{"description", "Duplicate post is detected"},
                  {"input", Json::object()},
                  {"code", "DUPLICATE_POST"}}})}}},
         {"status", 422}});
}

std::optional<net::Response> PretendLinkedin::refuse_duplicate() {
    return linkedin_duplicate(
        posts_.empty() ? "urn:li:share:7131000000000000000" : posts_.back().urn);
}

// A token of the sign-in is a person's, who may act for their organizations as well: the request
// says for whom.
std::optional<std::string> PretendLinkedin::author_of(const net::Request& request) const {
    const auto token = bearer_of(request);
    if (const auto at = tokens_.find(token); at != tokens_.end())
        return at->second;
    if (!is_admitted(token))
        return std::nullopt;
    const auto said = net::percent_decode(request.url).value_or("") + " " +
                      (request.body.size() < (1U << 16U) ? request.body : "");
    for (const auto organization_urn : run_by_member) {
        if (said.find(organization_urn) != said.npos)
            return std::string(organization_urn);
    }
    for (const auto& post : posts_) {
        if (said.find(post.urn) != said.npos)
            return post.author;
    }
    for (const auto& [urn, medium] : media_) {
        if (said.find(urn) != said.npos)
            return medium.owner;
    }
    return std::string(member);
}

void PretendLinkedin::take_speed(bool is_slow) {
    set_processing(std::chrono::seconds(is_slow ? 30 : 3));
}

std::vector<ShownPost> PretendLinkedin::shown() const {
    const std::scoped_lock lock(mutex());
    std::vector<ShownPost> out;
    for (const auto& post : posts_) {
        if (post.is_deleted)
            continue;
        ShownPost one{post.urn, post.author, post.text, "", "", {}, post.created_at};
        const auto visibility = json::text_or(post.body, "visibility", "PUBLIC");
        if (visibility != "PUBLIC")
            one.note = "visible to " + visibility;
        if (const auto* content = json::find(post.body, "content")) {
            add_media(*content, one.media);
            if (const auto* article = json::find(*content, "article"))
                one.note += "link: " + json::text_or(*article, "source", "");
        }
        out.push_back(std::move(one));
    }
    for (const auto& comment : comments_)
        out.push_back({comment.urn, "", comment.text, comment.post, "comment", {}, {}});
    return out;
}

std::optional<ShownFile> PretendLinkedin::file(const std::string& id) const {
    const std::scoped_lock lock(mutex());
    const auto at = media_.find(id);
    if (at == media_.end())
        return std::nullopt;
    std::string bytes;
    for (const auto& piece : at->second.pieces)
        bytes += piece;
    return ShownFile{at->second.is_video ? "video/mp4" : "", std::move(bytes)};
}

}  // namespace caas::sandbox

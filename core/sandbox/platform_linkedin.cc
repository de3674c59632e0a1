#include "core/sandbox/platform_linkedin.h"

#include <algorithm>
#include <array>
#include <span>

#include "core/base/json.h"
#include "core/net/url.h"
#include "core/text/utf8.h"

namespace caas::sandbox {
namespace {

constexpr std::size_t longest_text = 3000;
constexpr std::size_t most_listed = 10;

constexpr std::array<std::string_view, 9> post_members{
    "author",
    "commentary",
    "content",
    "distribution",
    "isReshareDisabledByAuthor",
    "lifecycleState",
    "reshareContext",
    "contentCallToActionLabel",
    "visibility"};
constexpr std::array<std::string_view, 4> comment_members{"actor", "content", "message", "object"};
constexpr std::array<std::string_view, 3> medium_members{"altText", "id", "title"};
constexpr std::array<std::string_view, 5> article_members{
    "description", "source", "thumbnail", "thumbnailAltText", "title"};

net::Response invalid(std::string_view code, std::string_view description) {
    return json_response(
        422,
        {{"errorDetailType", "com.linkedin.common.error.BadRequest"},
         {"message", description},
         {"errorDetails",
          {{"inputErrors", Json::array({{{"description", description}, {"code", code}}})}}},
         {"status", 422}});
}

net::Response service_fault(int status, int code, std::string_view message) {
    return json_response(
        status, {{"status", status}, {"serviceErrorCode", code}, {"message", message}});
}

std::string find_unknown(const Json& object, std::span<const std::string_view> known) {
    for (const auto& [name, value] : object.items()) {
        if (std::ranges::find(known, name) == known.end())
            return name;
    }
    return "";
}

// A template or mention that begins here: what is shown of it and how long it is; nullopt for
// anything else.
struct Markup {
    std::string shown;
    std::size_t size;
};

std::optional<Markup> markup_at(std::string_view text) {
    constexpr std::string_view hashtag = "{hashtag|\\#|";
    if (text.starts_with(hashtag)) {
        std::string word = "#";
        for (std::size_t at = hashtag.size(); at < text.size(); ++at) {
            if (text[at] == '}')
                return Markup{word, at + 1};
            if (text[at] == '\\' && at + 1 < text.size())
                ++at;
            word += text[at];
        }
        return std::nullopt;
    }
    const auto middle = text.find("](urn:li:");
    const auto end = text.find(')');
    if (text.starts_with("@[") && middle != text.npos && end != text.npos && middle < end)
        return Markup{std::string(text.substr(2, middle - 2)), end + 1};
    const bool is_tag = text.starts_with('#') && text.size() > 1 && text[1] != ' ';
    return is_tag ? std::optional(Markup{"#", 1}) : std::nullopt;
}

}  // namespace

net::Response linkedin_fault(int status, std::string_view code, std::string_view message) {
    return json_response(status, {{"status", status}, {"code", code}, {"message", message}});
}

std::string shown_text(std::string_view commentary) {
    constexpr std::string_view reserved = "|{}@[]()<>#*_~";
    std::string out;
    std::size_t at = 0;
    while (at < commentary.size()) {
        if (commentary[at] == '\\') {
            if (at + 1 < commentary.size())
                out += commentary[at + 1];
            at += 2;
            continue;
        }
        if (reserved.find(commentary[at]) == reserved.npos) {
            out += commentary[at++];
            continue;
        }
        const auto markup = markup_at(commentary.substr(at));
        if (!markup)
            break;
        out += markup->shown;
        at += markup->size;
    }
    return out;
}

void PretendLinkedin::allow(const std::string& token, std::string_view author) {
    const std::scoped_lock lock(mutex());
    tokens_[token] = author;
}

void PretendLinkedin::revoke(const std::string& token) {
    const std::scoped_lock lock(mutex());
    tokens_.erase(token);
}

void PretendLinkedin::end_versions_before(const std::string& version) {
    const std::scoped_lock lock(mutex());
    first_version_ = version;
}

std::vector<PretendLinkedin::Post> PretendLinkedin::posts() const {
    const std::scoped_lock lock(mutex());
    auto out = posts_;
    std::erase_if(out, [](const Post& post) { return post.is_deleted; });
    return out;
}

std::vector<PretendLinkedin::Comment> PretendLinkedin::comments() const {
    const std::scoped_lock lock(mutex());
    return comments_;
}

net::Response PretendLinkedin::work(const net::Request& request) {
    const auto url = net::parse_url(request.url);
    const std::string path = url ? url->path : "";
    constexpr std::string_view uploads = "/dms-uploads/";
    if (path.starts_with(uploads))
        return put(request, path.substr(uploads.size()));
    const auto person = author_of(request);
    if (!person)
        return service_fault(401, 65600, "Invalid access token");
    if (path == "/v2/userinfo")
        return json_response(
            200, {{"sub", std::string(member).substr(14)}, {"name", "The sandbox"}});
    const auto version = header_of(request, "LinkedIn-Version");
    if (version.size() != 6 || version < first_version_)
        return linkedin_fault(
            426, "NONEXISTENT_VERSION", "Requested version " + version + "01 is not active");
    if (header_of(request, "X-Restli-Protocol-Version") != "2.0.0")
        return linkedin_fault(400, "ILLEGAL_ARGUMENT", "Unknown protocol version");
    if (request.method == "POST" &&
        !header_of(request, "Content-Type").starts_with("application/json"))
        return linkedin_fault(415, "UNSUPPORTED_MEDIA_TYPE", "JSON is expected");
    const auto rest_of = [&](std::string_view prefix) {
        return path.size() > prefix.size() ? path.substr(prefix.size() + 1) : "";
    };
    const auto& author = *person;
    if (path.starts_with("/rest/posts"))
        return work_on_posts(request, rest_of("/rest/posts"), author);
    if (path.starts_with("/rest/socialActions"))
        return work_on_actions(request, rest_of("/rest/socialActions"), author);
    if (path == "/rest/organizationalEntityShareStatistics")
        return count(author);
    for (const std::string kind : {"images", "videos"}) {
        if (path.starts_with("/rest/" + kind))
            return work_on_media(request, kind, rest_of("/rest/" + kind), author);
    }
    return linkedin_fault(404, "RESOURCE_NOT_FOUND", "No such path");
}

std::optional<net::Response> PretendLinkedin::refuse(PlatformFault kind) {
    if (kind == PlatformFault::expired_token)
        return service_fault(401, 65602, "The token used in the request has expired");
    // No header says until when.
    return service_fault(
        429,
        101,
        "Resource level throttle APPLICATION DAY limit for calls to this resource is "
        "reached.");
}

net::Response PretendLinkedin::work_on_posts(
    const net::Request& request, const std::string& rest, const std::string& author) {
    const auto urn = net::percent_decode(rest).value_or("");
    if (request.method == "POST" && urn.empty())
        return create(request, author);
    if (request.method == "DELETE")
        return remove(urn, author);
    const bool is_list = urn.empty() && header_of(request, "X-RestLi-Method") == "FINDER";
    const auto query = net::form_decode(net::parse_url(request.url)->query);
    if (!is_organization(author) || (is_list && value_of(query, "author") != author))
        return service_fault(403, 100, "Not enough permissions to access: GET /posts");
    if (is_list)
        return list(author);
    return linkedin_fault(404, "NOT_FOUND", "No such post");
}

net::Response PretendLinkedin::create(const net::Request& request, const std::string& author) {
    const auto body = json::try_parse(request.body);
    if (!body || !body->is_object())
        return invalid("INVALID_JSON", "The body is no JSON object");
    if (auto fault = fault_of(*body, author))
        return *std::move(fault);
    const auto number = 7'131'000'000'000'000'000 + static_cast<std::int64_t>(posts_.size());
    Post post;
    post.urn = "urn:li:share:" + std::to_string(number);
    post.author = author;
    post.text = shown_text(json::text_or(*body, "commentary", ""));
    post.body = *body;
    post.created_at = clock_.now();
    posts_.push_back(post);
    return {201, {{"x-restli-id", post.urn}, {"Content-Length", "0"}}, ""};
}

std::optional<net::Response> PretendLinkedin::fault_of(
    const Json& body, const std::string& author) const {
    if (const auto name = find_unknown(body, post_members); !name.empty())
        return invalid("FIELD_NOT_FOUND", "Unpermitted fields present in REQUEST_BODY: " + name);
    if (json::text_or(body, "author", "") != author)
        return service_fault(403, 100, "Field Value validation failed: author");
    const auto visibility = json::text_or(body, "visibility", "");
    if (visibility != "PUBLIC" && visibility != "CONNECTIONS" && visibility != "LOGGED_IN")
        return invalid("INVALID_VALUE", "visibility is not one of its values");
    if (json::text_or(body, "lifecycleState", "") != "PUBLISHED")
        return invalid("INVALID_VALUE", "lifecycleState is not one of its values");
    const auto* target = json::path(body, {"distribution", "feedDistribution"});
    if (target == nullptr || *target != "MAIN_FEED")
        return invalid("MISSING_FIELD", "distribution is required");
    const auto commentary = json::text(body, "commentary");
    if (!commentary || text::utf16_length(shown_text(*commentary)) > longest_text)
        return invalid("FIELD_LENGTH_TOO_LONG", "commentary is missing or too long");
    if (const auto* content = json::find(body, "content")) {
        if (auto fault = fault_of_content(*content, author))
            return fault;
    }
    // Also against a post that was deleted since.
    for (const auto& post : posts_) {
        if (post.author == author && json::text_or(post.body, "commentary", "") == *commentary)
            return linkedin_duplicate(post.urn);
    }
    return std::nullopt;
}

std::optional<net::Response> PretendLinkedin::fault_of_content(
    const Json& content, const std::string& author) const {
    if (content.size() != 1)
        return invalid("INVALID_VALUE", "content is a union of one member");
    const auto fault_of_medium = [&](const Json& medium) -> std::optional<net::Response> {
        const auto at = media_.find(json::text_or(medium, "id", ""));
        if (!find_unknown(medium, medium_members).empty())
            return invalid("FIELD_NOT_FOUND", "Unpermitted fields present in REQUEST_BODY");
        if (at == media_.end() || at->second.owner != author || state_of(at->second) != "AVAILABLE")
            return invalid("INVALID_URN_ID", "The asset is not there or not ready");
        return std::nullopt;
    };
    if (const auto* medium = json::find(content, "media"))
        return fault_of_medium(*medium);
    if (const auto* article = json::find(content, "article")) {
        const bool is_whole = json::text(*article, "source") && json::text(*article, "title");
        if (!is_whole || !find_unknown(*article, article_members).empty())
            return invalid("MISSING_FIELD", "article needs source and title");
        return std::nullopt;
    }
    const auto* images = json::path(content, {"multiImage", "images"});
    if (images == nullptr || !images->is_array() || images->size() < 2 || images->size() > 20)
        return invalid("INVALID_VALUE", "multiImage has 2 to 20 images");
    for (const auto& image : *images) {
        if (auto fault = fault_of_medium(image))
            return fault;
    }
    return std::nullopt;
}

net::Response PretendLinkedin::remove(const std::string& urn, const std::string& author) {
    for (auto& post : posts_) {
        if (post.urn != urn)
            continue;
        if (post.author != author)
            return service_fault(403, 100, "Not enough permissions to access: DELETE /posts");
        post.is_deleted = true;
    }
    return {204, {}, ""};
}

net::Response PretendLinkedin::list(const std::string& author) const {
    auto elements = Json::array();
    for (auto at = posts_.rbegin(); at != posts_.rend() && elements.size() < most_listed; ++at) {
        if (at->author != author || at->is_deleted)
            continue;
        auto element = at->body;
        element["id"] = at->urn;
        element["publishedAt"] = to_ms(at->created_at);
        element["createdAt"] = to_ms(at->created_at);
        elements.push_back(std::move(element));
    }
    return json_response(200, {{"elements", std::move(elements)}, {"paging", Json::object()}});
}

net::Response PretendLinkedin::work_on_actions(
    const net::Request& request, const std::string& rest, const std::string& author) {
    const auto slash = rest.find('/');
    const auto urn = net::percent_decode(rest.substr(0, slash)).value_or("");
    const auto* post = find(urn);
    if (post == nullptr)
        return linkedin_fault(404, "NOT_FOUND", "Unable to obtain activity");
    if (slash == rest.npos && request.method == "GET")
        return json_response(
            200,
            {{"likesSummary", {{"totalLikes", 3}}},
             {"commentsSummary", {{"aggregatedTotalComments", comments_.size()}}}});
    const auto verb = rest.substr(slash + 1);
    if (verb == "comments" && request.method == "POST")
        return comment(request, urn, author);
    if (verb.starts_with("comments/") && request.method == "DELETE") {
        std::erase_if(comments_, [&](const Comment& comment) {
            return comment.urn.ends_with("," + verb.substr(9) + ")");
        });
        return {204, {}, ""};
    }
    return linkedin_fault(404, "RESOURCE_NOT_FOUND", "No such path");
}

net::Response PretendLinkedin::comment(
    const net::Request& request, const std::string& post, const std::string& author) {
    const auto body = json::try_parse(request.body);
    if (!body || !body->is_object() || !find_unknown(*body, comment_members).empty())
        return invalid("FIELD_NOT_FOUND", "Unpermitted fields present in REQUEST_BODY");
    const auto* message = json::find(*body, "message");
    const auto text = message != nullptr ? json::text_or(*message, "text", "") : "";
    if (json::text_or(*body, "actor", "") != author || json::text_or(*body, "object", "") != post ||
        text.empty())
        return invalid("INVALID_VALUE", "actor, object and message.text are required");
    const auto number = 6'636'000'000'000'000'000 + static_cast<std::int64_t>(comments_.size());
    const auto id = std::to_string(number);
    const auto urn = "urn:li:comment:(" + post + "," + id + ")";
    comments_.push_back({urn, post, text});
    return json_response(
        201,
        {{"id", id}, {"object", post}, {"commentUrn", urn}, {"message", *message}},
        {{"x-restli-id", id}});
}

net::Response PretendLinkedin::count(const std::string& author) const {
    if (!is_organization(author))
        return service_fault(403, 100, "Not enough permissions to access the statistics");
    const Json numbers{
        {"impressionCount", 500},
        {"uniqueImpressionsCount", 400},
        {"clickCount", 9},
        {"likeCount", 3},
        {"commentCount", comments_.size()},
        {"shareCount", 1},
        {"engagement", 0.1}};
    return json_response(200, {{"elements", Json::array({{{"totalShareStatistics", numbers}}})}});
}

const PretendLinkedin::Post* PretendLinkedin::find(const std::string& urn) const {
    const auto at = std::ranges::find(posts_, urn, &Post::urn);
    return at == posts_.end() || at->is_deleted ? nullptr : &*at;
}

}  // namespace caas::sandbox

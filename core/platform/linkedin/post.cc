#include "core/platform/linkedin/post.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/net/url.h"
#include "core/platform/linkedin/little_text.h"
#include "core/text/entity.h"
#include "core/text/shorten.h"
#include "core/text/utf8.h"

namespace caas::platform::linkedin {
namespace {

constexpr std::int64_t alt_limit = 4086;  // learn.microsoft.com, Posts API, altText

Json medium_json(const Medium& medium, const std::string& urn) {
    Json out{{"id", urn}};
    if (!medium.alt.empty())
        out["altText"] =
            text::shorten(medium.alt, {.counting = text::Counting::utf16, .limit = alt_limit});
    return out;
}

std::string first_url(const std::string& text) {
    const auto urls = text::urls(text);
    if (urls.empty())
        return "";
    return (urls.front().has_scheme ? "" : "https://") + urls.front().text;
}

// LinkedIn reads no page by itself: a card is what the version's options say it is.
std::optional<Json> card_of(const Part& part, const Json& options) {
    const auto title = json::text_or(options, "link_title", "");
    auto source = json::text_or(options, "link", "");
    if (source.empty() && !title.empty())
        source = first_url(part.text);
    if (source.empty())
        return std::nullopt;
    const auto url = net::parse_url(source);
    Json card{{"source", source}, {"title", title.empty() && url ? url->host : title}};
    if (const auto description = json::text(options, "link_description"))
        card["description"] = *description;
    return card;
}

std::optional<Json> content_of(
    const Part& part, std::span<const std::string> media, const Json& options) {
    if (media.size() == 1)
        return Json{{"media", medium_json(part.media.front(), media.front())}};
    if (!media.empty()) {
        auto images = Json::array();
        for (std::size_t i = 0; i < media.size(); ++i)
            images.push_back(medium_json(part.media.at(i), media[i]));
        return Json{{"multiImage", {{"images", std::move(images)}}}};
    }
    if (auto card = card_of(part, options))
        return Json{{"article", *std::move(card)}};
    return std::nullopt;
}

// Its pictures, its video or its link: what tells two posts with the same words apart.
std::vector<std::string> marks_of(const Json& post) {
    std::vector<std::string> marks;
    const auto* content = json::find(post, "content");
    if (content == nullptr)
        return marks;
    if (const auto* medium = json::find(*content, "media"))
        marks.push_back(json::text_or(*medium, "id", ""));
    if (const auto* article = json::find(*content, "article"))
        marks.push_back(json::text_or(*article, "source", ""));
    const auto* images = json::path(*content, {"multiImage", "images"});
    if (images != nullptr && images->is_array()) {
        for (const auto& image : *images)
            marks.push_back(json::text_or(image, "id", ""));
    }
    return marks;
}

std::string canonical(const Json& post) {
    return text::nfc(from_little_text(json::text_or(post, "commentary", "")));
}

}  // namespace

std::string body_of_post(
    const Publication& publication, const std::string& author, std::span<const std::string> media) {
    const auto options = json::try_parse(publication.options).value_or(Json::object());
    const auto& part = publication.parts.at(0);
    Json body{
        {"author", author},
        {"commentary", to_little_text(part.text)},
        {"visibility", json::text_or(options, "visibility", "PUBLIC")},
        {"distribution",
         {{"feedDistribution", "MAIN_FEED"},
          {"targetEntities", Json::array()},
          {"thirdPartyDistributionChannels", Json::array()}}},
        {"lifecycleState", "PUBLISHED"},
        {"isReshareDisabledByAuthor", !json::truth(options, "allow_reshares").value_or(true)}};
    if (auto content = content_of(part, media, options))
        body["content"] = *std::move(content);
    return json::dump(body);
}

std::string prepare_comment(const Part& part, const std::string& author, const std::string& post) {
    const Json body{
        {"actor", author}, {"object", post}, {"message", {{"text", without_mentions(part.text)}}}};
    return json::dump({{"object", post}, {"body", json::dump(body)}});
}

bool is_same(const Json& body, const Json& post) {
    return canonical(body) == canonical(post) && marks_of(body) == marks_of(post);
}

std::string urn_of(const Entry& entry) {
    if (!entry.remote_id.empty())
        return entry.remote_id;
    const auto url = net::parse_url(entry.url);
    const auto path = url ? net::percent_decode(url->path).value_or("") : "";
    for (const std::string_view kind : {"urn:li:share:", "urn:li:ugcPost:", "urn:li:activity:"}) {
        const auto at = path.find(kind);
        if (at == path.npos)
            continue;
        const auto end =
            std::min(path.find_first_not_of("0123456789", at + kind.size()), path.size());
        if (end > at + kind.size())
            return path.substr(at, end - at);
    }
    return "";
}

}  // namespace caas::platform::linkedin

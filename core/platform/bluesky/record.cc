#include "core/platform/bluesky/record.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "core/base/time_zone.h"
#include "core/net/url.h"
#include "core/platform/bluesky/record_key.h"
#include "core/text/facet.h"

namespace caas::platform::bluesky {
namespace {

std::string lower(std::string_view text) {
    std::string out(text);
    for (auto& c : out) {
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

Json facet_of(const text::Facet& facet, Json feature) {
    return {
        {"index", {{"byteStart", facet.begin}, {"byteEnd", facet.end}}},
        {"features", Json::array({std::move(feature)})}};
}

Json make_facets(std::string_view text, const People& people) {
    auto out = Json::array();
    for (const auto& facet : text::facets(text)) {
        switch (facet.kind) {
            case text::FacetKind::mention:
                // Who could not be found stays plain text.
                if (const auto at = people.find(lower(facet.value)); at != people.end())
                    out.push_back(facet_of(
                        facet,
                        {{"$type", "app.bsky.richtext.facet#mention"}, {"did", at->second}}));
                break;
            case text::FacetKind::link:
                out.push_back(facet_of(
                    facet, {{"$type", "app.bsky.richtext.facet#link"}, {"uri", facet.value}}));
                break;
            case text::FacetKind::tag:
                out.push_back(facet_of(
                    facet, {{"$type", "app.bsky.richtext.facet#tag"}, {"tag", facet.value}}));
                break;
        }
    }
    return out;
}

// The server refuses a record whose language is no BCP 47 tag.
bool is_language(std::string_view tag) {
    bool is_first = true;
    while (true) {
        const auto dash = tag.find('-');
        const auto word = tag.substr(0, dash);
        const bool is_sound = std::ranges::all_of(word, [&](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                   (!is_first && c >= '0' && c <= '9');
        });
        const std::size_t most = is_first ? 3 : 8;
        const std::size_t least = is_first ? 2 : 1;
        if (!is_sound || word.size() < least || word.size() > most)
            return false;
        if (dash == tag.npos)
            return true;
        tag.remove_prefix(dash + 1);
        is_first = false;
    }
}

Json make_images(const Part& part, const Blobs& blobs) {
    auto out = Json::array();
    for (std::size_t i = 0; i < std::min(part.media.size(), blobs.size()); ++i) {
        const auto& medium = part.media[i];
        // `alt` is required by the lexicon, if only empty.
        Json image{{"alt", medium.alt}, {"image", blobs[i]}};
        if (medium.width > 0 && medium.height > 0)
            image["aspectRatio"] = {{"width", medium.width}, {"height", medium.height}};
        out.push_back(std::move(image));
    }
    return out;
}

Json make_video(const Medium& medium, const Json& blob) {
    Json video{{"$type", "app.bsky.embed.video"}, {"video", blob}};
    if (!medium.alt.empty())
        video["alt"] = medium.alt;
    if (medium.width > 0 && medium.height > 0)
        video["aspectRatio"] = {{"width", medium.width}, {"height", medium.height}};
    return video;
}

// Nobody reads the page: a card is what the version's options say it is, and both words of it are
// required by the lexicon.
std::optional<Json> make_card(const Part& part, const Json& options) {
    const auto title = json::text_or(options, "link_title", "");
    auto address = json::text_or(options, "link", "");
    if (address.empty() && !title.empty()) {
        for (const auto& facet : text::facets(part.text)) {
            if (facet.kind == text::FacetKind::link && address.empty())
                address = facet.value;
        }
    }
    const auto url = net::parse_url(address);
    if (!url)
        return std::nullopt;
    return Json{
        {"$type", "app.bsky.embed.external"},
        {"external",
         {{"uri", address},
          {"title", title.empty() ? url->host : title},
          {"description", json::text_or(options, "link_description", "")}}}};
}

std::optional<Json> make_embed(const Part& part, const Blobs& blobs, const std::string& options) {
    if (!part.media.empty() && part.media.front().is_video() && !blobs.empty())
        return make_video(part.media.front(), blobs.front());
    if (auto images = make_images(part, blobs); !images.empty())
        return Json{{"$type", "app.bsky.embed.images"}, {"images", std::move(images)}};
    const auto said = options.empty() ? std::nullopt : json::try_parse(options);
    return said ? make_card(part, *said) : std::nullopt;
}

Json json_of(const StrongRef& ref) {
    return {{"uri", ref.uri}, {"cid", ref.cid}};
}

}  // namespace

std::vector<std::pair<std::string, int>> mentions(const Publication& publication) {
    std::vector<std::pair<std::string, int>> out;
    int number = 0;
    for (const auto& part : publication.parts) {
        for (const auto& facet : text::facets(part.text)) {
            if (facet.kind != text::FacetKind::mention)
                continue;
            auto handle = lower(facet.value);
            const bool is_new =
                std::ranges::none_of(out, [&](const auto& known) { return known.first == handle; });
            if (is_new)
                out.emplace_back(std::move(handle), number);
        }
        ++number;
    }
    return out;
}

std::string make_body(
    const std::string& repo,
    const std::string& rkey,
    const Part& part,
    const Blobs& blobs,
    const std::string& options,
    const std::string& language,
    const People& people,
    const std::optional<Reply>& reply,
    Instant created_at) {
    Json record{{"$type", collection}, {"text", part.text}, {"createdAt", to_rfc3339(created_at)}};
    if (auto facets = make_facets(part.text, people); !facets.empty())
        record["facets"] = std::move(facets);
    if (auto embed = make_embed(part, blobs, options))
        record["embed"] = *std::move(embed);
    if (is_language(language))
        record["langs"] = Json::array({language});
    if (reply)
        record["reply"] = {{"root", json_of(reply->root)}, {"parent", json_of(reply->parent)}};
    return json::dump(
        {{"repo", repo},
         {"collection", collection},
         {"rkey", rkey},
         {"swapRecord", nullptr},
         {"record", std::move(record)}});
}

std::optional<Place> place_of(const std::string& prepared) {
    const auto body = json::try_parse(prepared);
    if (!body)
        return std::nullopt;
    Place place{json::text_or(*body, "repo", ""), json::text_or(*body, "rkey", "")};
    if (place.repo.empty() || place.rkey.empty())
        return std::nullopt;
    return place;
}

std::optional<Place> place_of(const Entry& entry) {
    auto place = place_of(entry.prepared);
    // A person may have found the post under another key than ours.
    for (const auto& address : {entry.remote_id, entry.url}) {
        const auto rkey = address.substr(address.rfind('/') + 1);
        if (place && address.find('/') != std::string::npos && is_record_key(rkey)) {
            place->rkey = rkey;
            return place;
        }
    }
    return place;
}

std::optional<StrongRef> read_ref(const std::string& cursor) {
    const auto object = json::try_parse(cursor);
    if (!object)
        return std::nullopt;
    StrongRef ref{json::text_or(*object, "uri", ""), json::text_or(*object, "cid", "")};
    if (ref.uri.empty() || ref.cid.empty())
        return std::nullopt;
    return ref;
}

std::string write_ref(const StrongRef& ref) {
    return json::dump(json_of(ref));
}

std::string permalink(const Place& place) {
    return "https://bsky.app/profile/" + place.repo + "/post/" + place.rkey;
}

}  // namespace caas::platform::bluesky

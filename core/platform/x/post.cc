#include "core/platform/x/post.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "core/net/url.h"
#include "core/text/entity.h"
#include "core/text/utf8.h"

namespace caas::platform::x {
namespace {

bool is_number(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    if (from.empty())
        return;
    for (auto at = text.find(from); at != text.npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

// "&amp;lt;" is "&lt;": the ampersand last.
std::string unescaped(std::string text) {
    replace_all(text, "&lt;", "<");
    replace_all(text, "&gt;", ">");
    replace_all(text, "&amp;", "&");
    return text;
}

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return text;
}

// "https://Example.com/" is "example.com": X adds the scheme where none was written.
std::string bare(std::string url) {
    if (const auto scheme = url.find("://"); scheme != url.npos)
        url.erase(0, scheme + 3);
    const auto slash = std::min(url.find_first_of("/?#"), url.size());
    url.replace(0, slash, lower(url.substr(0, slash)));
    if (slash + 1 == url.size() && url.back() == '/')
        url.pop_back();
    return url;
}

// What stays equal of a text on its way to X and back.
std::string canonical(std::string_view given) {
    auto text = text::nfc(given);
    replace_all(text, "\r\n", "\n");
    std::string out;
    std::size_t at = 0;
    for (const auto& url : text::urls(text)) {
        out.append(text, at, url.begin - at);
        out += bare(text.substr(url.begin, url.end - url.begin));
        at = url.end;
    }
    out.append(text, at);
    constexpr std::string_view blanks = " \t\n\r\v\f";
    const auto first = out.find_first_not_of(blanks);
    if (first == out.npos)
        return "";
    return out.substr(first, out.find_last_not_of(blanks) - first + 1);
}

// Long posts keep their whole text beside the shortened one.
const Json& whole(const Json& post) {
    const auto* note = json::find(post, "note_tweet");
    return note != nullptr && json::text(*note, "text") ? *note : post;
}

std::string text_of(const Json& post) {
    const auto& source = whole(post);
    auto text = unescaped(json::text_or(source, "text", ""));
    const auto expand = [&](const Json& holder) {
        const auto* urls = json::path(holder, {"entities", "urls"});
        if (urls == nullptr || !urls->is_array())
            return;
        for (const auto& url : *urls) {
            const bool is_medium = json::find(url, "media_key") != nullptr;
            replace_all(
                text,
                json::text_or(url, "url", ""),
                is_medium ? "" : json::text_or(url, "expanded_url", ""));
        }
    };
    expand(source);
    if (&source != &post)
        expand(post);
    return text;
}

std::size_t size_of(const Json* list) {
    return list != nullptr && list->is_array() ? list->size() : 0;
}

// "3_188" is the picture that was uploaded as 188.
bool shows(const Json& post, const Json& id) {
    const auto* keys = json::path(post, {"attachments", "media_keys"});
    return keys != nullptr && keys->is_array() && id.is_string() &&
           std::ranges::any_of(*keys, [&](const Json& key) {
               const auto text = key.is_string() ? key.get<std::string>() : std::string();
               return text.substr(text.find('_') + 1) == id.get_ref<const std::string&>();
           });
}

bool shows_all(const Json& post, const Json* ids) {
    return ids == nullptr || !ids->is_array() ||
           std::ranges::all_of(*ids, [&](const Json& id) { return shows(post, id); });
}

std::string reply_target(const Json& post) {
    const auto* references = json::find(post, "referenced_tweets");
    if (references == nullptr || !references->is_array())
        return "";
    for (const auto& reference : *references) {
        if (json::text_or(reference, "type", "") == "replied_to")
            return json::text_or(reference, "id", "");
    }
    return "";
}

void add_options(Json& body, const std::string& text, bool is_first) {
    const auto options = json::try_parse(text);
    if (!options)
        return;
    for (const auto* name : {"made_with_ai", "paid_partnership"}) {
        if (const auto value = json::truth(*options, name))
            body[name] = *value;
    }
    if (!is_first)
        return;
    if (const auto value = json::text(*options, "reply_settings"); value && *value != "everyone")
        body["reply_settings"] = *value;
    if (const auto value = json::text(*options, "community_id"); value && !value->empty()) {
        body["community_id"] = *value;
        if (const auto shares = json::truth(*options, "share_with_followers"))
            body["share_with_followers"] = *shares;
    }
}

}  // namespace

std::string body_of(
    const Publication& publication,
    int part,
    const std::string& reply_to,
    std::span<const std::string> media_ids) {
    const auto& text = publication.parts.at(static_cast<std::size_t>(part)).text;
    Json body = Json::object();
    if (!text.empty() || media_ids.empty())
        body["text"] = text;
    if (!media_ids.empty())
        body["media"]["media_ids"] = media_ids;
    if (!reply_to.empty())
        body["reply"]["in_reply_to_tweet_id"] = reply_to;
    add_options(body, publication.options, part == 0);
    return json::dump(body);
}

bool is_same(const Json& body, const Json& post) {
    const auto* reply = json::find(body, "reply");
    const auto wanted = reply != nullptr ? json::text_or(*reply, "in_reply_to_tweet_id", "") : "";
    const auto* media = json::path(body, {"media", "media_ids"});
    const auto words = canonical(json::text_or(body, "text", ""));
    return wanted == reply_target(post) &&
           size_of(media) == size_of(json::path(post, {"attachments", "media_keys"})) &&
           words == canonical(text_of(post)) &&
           // Without words only the very media tell it from another picture of that minute.
           (!words.empty() || shows_all(post, media));
}

std::string id_of(const Entry& entry) {
    if (!entry.remote_id.empty())
        return entry.remote_id;
    const auto url = net::parse_url(entry.url);
    const auto last = url ? url->path.substr(url->path.rfind('/') + 1) : "";
    return is_number(last) ? last : "";
}

std::string permalink(const Access& access, const std::string& id) {
    const auto& handle = access.handle;
    const auto name = handle.starts_with('@') ? handle.substr(1) : handle;
    const auto place = name.empty() ? "i/web" : net::percent_encode(name);
    return "https://x.com/" + place + "/status/" + net::percent_encode(id);
}

}  // namespace caas::platform::x

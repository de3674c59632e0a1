#include "core/platform/mastodon/status.h"

#include <nlohmann/json.hpp>

#include "core/base/digest.h"
#include "core/base/json.h"

namespace caas::platform::mastodon {
namespace {

// The language without its region: `status.language` is an ISO 639 code.
std::string primary_language(std::string_view tag) {
    std::string out;
    for (const char c : tag.substr(0, tag.find('-'))) {
        if (c >= 'a' && c <= 'z')
            out += c;
        else if (c >= 'A' && c <= 'Z')
            out += static_cast<char>(c - 'A' + 'a');
        else
            return "";
    }
    return out.size() == 2 || out.size() == 3 ? out : "";
}

// Mastodon strips the text before it stores it.
std::string_view stripped(std::string_view text) {
    constexpr std::string_view blanks = " \t\n\v\f\r\0";
    const auto first = text.find_first_not_of(blanks);
    if (first == text.npos)
        return "";
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

}  // namespace

std::string prepare(
    const Publication& publication,
    int part,
    const std::string& reply_to,
    const std::vector<std::string>& attachments) {
    Json body{{"status", publication.parts.at(static_cast<std::size_t>(part)).text}};
    if (!attachments.empty())
        body["media_ids"] = attachments;
    if (!reply_to.empty())
        body["in_reply_to_id"] = reply_to;
    auto language = primary_language(publication.language);
    if (const auto options = json::try_parse(publication.options)) {
        for (const auto* name : {"visibility", "spoiler_text"}) {
            if (const auto value = json::text(*options, name); value && !value->empty())
                body[name] = *value;
        }
        if (const auto value = json::truth(*options, "sensitive"))
            body["sensitive"] = *value;
        if (const auto value = json::text(*options, "language"))
            language = primary_language(*value);
    }
    if (!language.empty())
        body["language"] = language;
    const auto key = sha256_hex("mastodon/" + publication.post.text() + "/" + std::to_string(part))
                         .substr(0, 32);
    return json::dump({{"key", key}, {"body", json::dump(body)}});
}

namespace {

// An attachment belongs to one status for ever, so its id tells more than any text.
bool has_same_media(const Json& body, const Json& status) {
    const auto* wanted = json::find(body, "media_ids");
    const auto* found = json::find(status, "media_attachments");
    const auto count = wanted != nullptr && wanted->is_array() ? wanted->size() : 0;
    if (found == nullptr || !found->is_array())
        return count == 0;
    if (found->size() != count)
        return false;
    for (std::size_t i = 0; i < count; ++i) {
        if (!(*wanted)[i].is_string() ||
            json::text_or((*found)[i], "id", "") != (*wanted)[i].get_ref<const std::string&>())
            return false;
    }
    return true;
}

}  // namespace

bool is_same(const Json& body, const Json& status, const Json& source) {
    return has_same_media(body, status) &&
           json::text_or(body, "in_reply_to_id", "") ==
               json::text_or(status, "in_reply_to_id", "") &&
           stripped(json::text_or(body, "status", "")) ==
               stripped(json::text_or(source, "text", "")) &&
           stripped(json::text_or(body, "spoiler_text", "")) ==
               stripped(json::text_or(source, "spoiler_text", ""));
}

}  // namespace caas::platform::mastodon

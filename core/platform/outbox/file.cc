#include "core/platform/outbox/file.h"

#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "core/base/time_zone.h"
#include "core/net/url.h"
#include "core/platform/medium.h"

namespace caas::platform::outbox {
namespace {

constexpr std::size_t longest_slug = 40;

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// The first words in letters that every file system takes.
std::string slug(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (is_word(c)) {
            out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        } else if (!out.empty() && out.back() != '-') {
            out += '-';
        }
        if (out.size() == longest_slug)
            break;
    }
    while (!out.empty() && out.back() == '-')
        out.pop_back();
    return out;
}

// 2026-11-22T10:00:00.000Z without what a file name does not need.
std::string stamp(Instant instant) {
    std::string out;
    for (const char c : to_rfc3339(instant).substr(0, 19)) {
        if (c != '-' && c != ':')
            out += c;
    }
    return out + "Z";
}

// Within the brackets of a picture.
std::string escaped(std::string_view alt) {
    std::string out;
    for (const char c : alt) {
        if (c == '[' || c == ']' || c == '\\')
            out += '\\';
        out += c == '\n' || c == '\r' ? ' ' : c;
    }
    return out;
}

std::string end_of(const std::string& id) {
    constexpr std::size_t count = 8;
    return id.size() > count ? id.substr(id.size() - count) : id;
}

}  // namespace

std::string file_name(const Publication& publication, bool is_json) {
    std::string name = stamp(publication.due_at);
    const auto words = publication.parts.empty() ? "" : slug(publication.parts.front().text);
    if (!words.empty())
        name += "-" + words;
    return name + "-" + end_of(publication.post.text()) + (is_json ? ".json" : ".md");
}

std::string medium_file(const Publication& publication, int number, const Medium& medium) {
    // What is not known is named, so that somebody may know it.
    if (medium.type.empty())
        return medium.id;
    auto name = file_name(publication, false);
    name.resize(name.size() - 3);
    auto kind = medium.type.substr(medium.type.find('/') + 1);
    if (kind == "quicktime")
        kind = "mov";
    return name + "-" + std::to_string(number) + "." + slug(kind);
}

std::string to_markdown(const Publication& publication) {
    std::string out = "---\npost: " + publication.post.text() +
                      "\ndue_at: " + to_rfc3339(publication.due_at) + "\n";
    if (!publication.language.empty())
        out += "language: " + json::dump(Json(publication.language)) + "\n";
    if (publication.parts.size() > 1)
        out += "parts: " + std::to_string(publication.parts.size()) + "\n";
    out += "---\n";
    bool is_first = true;
    int number = 0;
    for (const auto& part : publication.parts) {
        out += is_first ? "\n" : "\n---\n\n";
        is_first = false;
        out += part.text;
        if (!part.text.ends_with('\n'))
            out += '\n';
        for (const auto& medium : part.media)
            out += "\n![" + escaped(medium.alt) + "](" +
                   medium_file(publication, ++number, medium) + ")\n";
    }
    return out;
}

std::string to_json(const Publication& publication) {
    auto parts = Json::array();
    for (const auto& part : publication.parts)
        parts.push_back({{"text", part.text}, {"media", ids_of(part.media)}});
    Json out{
        {"post_id", publication.post.text()},
        {"due_at", to_rfc3339(publication.due_at)},
        {"language", publication.language},
        {"parts", parts},
        {"options", Json::object()}};
    if (auto options = json::try_parse(publication.options); options && options->is_object())
        out["options"] = std::move(*options);
    return json::dump_pretty(out) + "\n";
}

std::string file_url(const std::string& path) {
    std::string out = "file://";
    std::size_t at = 0;
    while (at <= path.size()) {
        const auto slash = path.find('/', at);
        const auto end = slash == std::string::npos ? path.size() : slash;
        out += net::percent_encode(std::string_view(path).substr(at, end - at));
        if (slash == std::string::npos)
            break;
        out += '/';
        at = slash + 1;
    }
    return out;
}

}  // namespace caas::platform::outbox

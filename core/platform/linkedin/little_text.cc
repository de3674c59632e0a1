#include "core/platform/linkedin/little_text.h"

#include <optional>

#include "core/text/entity.h"

namespace caas::platform::linkedin {
namespace {

constexpr std::string_view reserved = "\\|{}@[]()<>#*_~";
constexpr std::string_view hashtag_begin = "{hashtag|\\#|";

struct Mention {
    std::string_view whole;
    std::string_view name;
};

// A mention that begins here; nullopt when it is something else. The name holds no markup.
std::optional<Mention> mention_at(std::string_view text, std::size_t at) {
    const auto rest = text.substr(at);
    if (!rest.starts_with("@["))
        return std::nullopt;
    const auto name_end = rest.find_first_of(reserved, 2);
    if (name_end == rest.npos || name_end == 2)
        return std::nullopt;
    for (const std::string_view kind : {"](urn:li:person:", "](urn:li:organization:"}) {
        if (!rest.substr(name_end).starts_with(kind))
            continue;
        const auto id = name_end + kind.size();
        const auto end = rest.find_first_not_of(
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_", id);
        if (end != rest.npos && end > id && rest[end] == ')')
            return Mention{rest.substr(0, end + 1), rest.substr(2, name_end - 2)};
    }
    return std::nullopt;
}

void append_escaped(std::string& out, std::string_view text) {
    for (const char c : text) {
        if (reserved.find(c) != reserved.npos)
            out += '\\';
        out += c;
    }
}

}  // namespace

std::string to_little_text(std::string_view text) {
    const auto entities = text::entities(text);
    auto entity = entities.begin();
    std::string out;
    std::size_t at = 0;
    while (at < text.size()) {
        while (entity != entities.end() &&
               (entity->begin < at || entity->kind != text::EntityKind::hashtag))
            ++entity;
        if (const auto mention = mention_at(text, at)) {
            out += mention->whole;
            at += mention->whole.size();
        } else if (entity != entities.end() && entity->begin == at && text[at] == '#') {
            out += hashtag_begin;
            append_escaped(out, text.substr(at + 1, entity->end - at - 1));
            out += '}';
            at = entity->end;
        } else {
            append_escaped(out, text.substr(at, 1));
            ++at;
        }
    }
    return out;
}

std::string from_little_text(std::string_view commentary) {
    std::string out;
    bool is_in_hashtag = false;
    std::size_t at = 0;
    while (at < commentary.size()) {
        const auto rest = commentary.substr(at);
        const auto mention = mention_at(commentary, at);
        if (rest.front() == '\\' && rest.size() > 1) {
            out += rest[1];
            at += 2;
        } else if (mention) {
            out += mention->whole;
            at += mention->whole.size();
        } else if (rest.starts_with(hashtag_begin)) {
            out += '#';
            is_in_hashtag = true;
            at += hashtag_begin.size();
        } else {
            if (rest.front() == '}' && is_in_hashtag)
                is_in_hashtag = false;
            else
                out += rest.front();
            ++at;
        }
    }
    return out;
}

std::string without_mentions(std::string_view text) {
    std::string out;
    std::size_t at = 0;
    while (at < text.size()) {
        const auto mention = mention_at(text, at);
        out += mention ? mention->name : text.substr(at, 1);
        at += mention ? mention->whole.size() : 1;
    }
    return out;
}

}  // namespace caas::platform::linkedin

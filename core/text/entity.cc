#include "core/text/entity.h"

#include <algorithm>

#include "core/text/tag.h"
#include "core/text/url.h"
#include "core/text/utf16.h"
#include "core/text/utf8.h"

namespace caas::text {
namespace {

Entity entity_of(
    std::string_view text, const Utf16& wide, EntityKind kind, std::size_t begin, std::size_t end) {
    Entity entity;
    entity.kind = kind;
    entity.utf16_begin = begin;
    entity.utf16_end = end;
    entity.begin = wide.byte_at(begin);
    entity.end = wide.byte_at(end);
    const std::size_t sign = kind == EntityKind::url ? 0 : decode(text, entity.begin).size;
    entity.text = std::string(text.substr(entity.begin + sign, entity.end - entity.begin - sign));
    return entity;
}

std::vector<Entity> urls_of(std::string_view text, const Utf16& wide) {
    std::vector<Entity> out;
    for (const UrlMatch& match : find_urls(wide.units())) {
        out.push_back(entity_of(text, wide, EntityKind::url, match.begin, match.end));
        out.back().has_scheme = match.has_scheme;
    }
    return out;
}

}  // namespace

std::string_view name(EntityKind kind) {
    switch (kind) {
        case EntityKind::url:
            return "url";
        case EntityKind::mention:
            return "mention";
        case EntityKind::list:
            return "list";
        case EntityKind::hashtag:
            return "hashtag";
        case EntityKind::cashtag:
            return "cashtag";
    }
    return "";
}

std::vector<Entity> entities(std::string_view text) {
    const Utf16 wide(text);
    std::vector<Entity> all = urls_of(text, wide);
    for (const TagMatch& match : find_mentions(wide.units())) {
        const EntityKind kind = match.is_list ? EntityKind::list : EntityKind::mention;
        all.push_back(entity_of(text, wide, kind, match.begin, match.end));
    }
    for (const TagMatch& match : find_hashtags(wide.units())) {
        all.push_back(entity_of(text, wide, EntityKind::hashtag, match.begin, match.end));
    }
    for (const TagMatch& match : find_cashtags(wide.units())) {
        all.push_back(entity_of(text, wide, EntityKind::cashtag, match.begin, match.end));
    }
    std::stable_sort(all.begin(), all.end(), [](const Entity& a, const Entity& b) {
        return a.utf16_begin < b.utf16_begin;
    });
    std::vector<Entity> out;
    for (Entity& entity : all) {
        if (out.empty() || out.back().utf16_end <= entity.utf16_begin) {
            out.push_back(std::move(entity));
        }
    }
    return out;
}

std::vector<Entity> urls(std::string_view text) {
    if (text.find('.') == std::string_view::npos) {
        return {};
    }
    return urls_of(text, Utf16(text));
}

}  // namespace caas::text

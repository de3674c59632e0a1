#include "core/platform/rule_find.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "core/platform/measure.h"
#include "core/platform/option.h"
#include "core/text/entity.h"
#include "core/text/utf8.h"
#include "core/text/weight.h"

namespace caas::platform {
namespace {

using Found = std::optional<Finding>;

bool is_blank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n\v\f") == text.npos;
}

Found find_longer_than(const Subject& subject, std::int64_t limit) {
    if (subject.length <= limit)
        return std::nullopt;
    const std::string_view text = subject.part.text;
    // What counts along with the text takes its share of the room.
    const auto beside = subject.length - measure(text, subject.limits);
    return Finding{
        .found = subject.length,
        .limit = limit,
        .begin = fitting_bytes(text, subject.limits, std::max<std::int64_t>(limit - beside, 0)),
        .end = text.size()};
}

bool is_hashtag(const text::Entity& entity) {
    return entity.kind == text::EntityKind::hashtag;
}

bool is_mention(const text::Entity& entity) {
    return entity.kind == text::EntityKind::mention || entity.kind == text::EntityKind::list;
}

bool is_cashtag(const text::Entity& entity) {
    return entity.kind == text::EntityKind::cashtag;
}

bool is_url(const text::Entity& entity) {
    return entity.kind == text::EntityKind::url;
}

// The surplus ones, from the first above the limit to the last.
Found find_more_than(
    const Subject& subject, bool (*is_kind)(const text::Entity&), std::int64_t limit) {
    auto entities = text::entities(subject.part.text);
    std::erase_if(entities, [&](const text::Entity& entity) { return !is_kind(entity); });
    const auto found = static_cast<std::int64_t>(entities.size());
    if (found <= limit)
        return std::nullopt;
    return Finding{
        .found = found,
        .limit = limit,
        .begin = entities[static_cast<std::size_t>(limit)].begin,
        .end = entities.back().end};
}

// "U+FEFF": what is refused can mostly not be seen. None of it lies beyond U+FFFF.
std::string code_of(char32_t point) {
    std::string code = "U+0000";
    for (auto digit = code.rbegin(); point > 0; ++digit, point >>= 4U)
        *digit = "0123456789ABCDEF"[point & 0xFU];
    return code;
}

std::optional<Finding> find_broken_option(const Subject& subject, std::string_view rule) {
    if (subject.number != 0 || !subject.options.is_object())
        return std::nullopt;
    for (const auto& [name, value] : subject.options.items()) {
        if (broken_option_rule(subject.driver, name, value) == rule)
            return Finding{.word = name};
    }
    return std::nullopt;
}

}  // namespace

std::optional<Finding> find_empty(const Subject& subject) {
    if (!is_blank(subject.part.text) || !subject.part.media.empty())
        return std::nullopt;
    return Finding{.end = subject.part.text.size()};
}

std::optional<Finding> find_not_utf8(const Subject& subject) {
    const auto at = text::find_fault(subject.part.text);
    if (!at)
        return std::nullopt;
    return Finding{.begin = *at, .end = *at + 1};
}

std::optional<Finding> find_refused_character(const Subject& subject) {
    const std::string_view text = subject.part.text;
    auto at = text.find('\0');
    if (at == text.npos && subject.limits.unit == Unit::weighted) {
        const auto refused = text::find_refused_by_x(text);
        at = refused < text.size() ? refused : text.npos;
    }
    if (at == text.npos)
        return std::nullopt;
    const auto point = text::decode(text, at);
    return Finding{.begin = at, .end = at + point.size, .word = code_of(point.value)};
}

std::optional<Finding> find_too_long(const Subject& subject) {
    return find_longer_than(subject, subject.limits.text_limit);
}

std::optional<Finding> find_over_recommended(const Subject& subject) {
    const auto limit = subject.limits.text_limit;
    // What is too long anyway is said to be so once.
    if (limit > 0 && subject.length > limit)
        return std::nullopt;
    return find_longer_than(subject, subject.limits.text_recommended);
}

std::optional<Finding> find_too_many_bytes(const Subject& subject) {
    const std::string_view text = subject.part.text;
    const auto limit = static_cast<std::size_t>(subject.limits.text_bytes);
    if (text.size() <= limit)
        return std::nullopt;
    auto begin = limit;
    while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xc0U) == 0x80U)
        --begin;
    return Finding{
        .found = static_cast<std::int64_t>(text.size()),
        .limit = subject.limits.text_bytes,
        .begin = begin,
        .end = text.size()};
}

std::optional<Finding> find_too_many_hashtags(const Subject& subject) {
    return find_more_than(subject, is_hashtag, subject.limits.hashtags_limit);
}

std::optional<Finding> find_many_hashtags(const Subject& subject) {
    if (subject.limits.hashtags_limit > 0 && find_too_many_hashtags(subject))
        return std::nullopt;
    return find_more_than(subject, is_hashtag, subject.limits.hashtags_recommended);
}

std::optional<Finding> find_too_many_mentions(const Subject& subject) {
    return find_more_than(subject, is_mention, subject.limits.mentions_limit);
}

std::optional<Finding> find_too_many_cashtags(const Subject& subject) {
    return find_more_than(subject, is_cashtag, subject.limits.cashtags_limit);
}

std::optional<Finding> find_dead_links(const Subject& subject) {
    return find_more_than(subject, is_url, 0);
}

std::optional<Finding> find_no_media(const Subject& subject) {
    // A comment needs none.
    const bool is_comment = subject.number > 0 && subject.limits.has_comments;
    if (!subject.part.media.empty() || is_comment)
        return std::nullopt;
    Finding finding;
    if (subject.media_rule == MediaRule::may_come_later)
        finding.severity = Severity::warning;
    return finding;
}

std::optional<Finding> find_too_many_media(const Subject& subject) {
    const auto found = static_cast<std::int64_t>(subject.part.media.size());
    if (found <= subject.limits.media_limit)
        return std::nullopt;
    return Finding{.found = found, .limit = subject.limits.media_limit};
}

std::optional<Finding> find_unsendable_media(const Subject& subject) {
    if (subject.part.media.empty() || subject.media_rule == MediaRule::may_come_later)
        return std::nullopt;
    return Finding{.found = static_cast<std::int64_t>(subject.part.media.size())};
}

std::optional<Finding> find_thread(const Subject& subject) {
    // Said once, at the first part that is too many.
    if (subject.number != 1)
        return std::nullopt;
    return Finding{.found = subject.count, .limit = 1, .end = subject.part.text.size()};
}

std::optional<Finding> find_too_many_parts(const Subject& subject) {
    if (subject.number != subject.limits.parts_limit)
        return std::nullopt;
    return Finding{
        .found = subject.count,
        .limit = subject.limits.parts_limit,
        .end = subject.part.text.size()};
}

std::optional<Finding> find_unknown_option(const Subject& subject) {
    return find_broken_option(subject, "options.unknown");
}

std::optional<Finding> find_wrong_option(const Subject& subject) {
    return find_broken_option(subject, "options.invalid");
}

}  // namespace caas::platform

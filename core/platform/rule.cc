#include "core/platform/rule.h"

#include <array>

#include "core/platform/rule_find.h"

namespace caas::platform {
namespace {

bool always(const Driver&, const Limits&) {
    return true;
}

bool limits_text(const Driver&, const Limits& limits) {
    return limits.text_limit > 0;
}

bool recommends_length(const Driver&, const Limits& limits) {
    return limits.text_recommended > 0;
}

bool limits_bytes(const Driver&, const Limits& limits) {
    return limits.text_bytes > 0;
}

bool limits_hashtags(const Driver&, const Limits& limits) {
    return limits.hashtags_limit > 0;
}

bool recommends_hashtags(const Driver&, const Limits& limits) {
    return limits.hashtags_recommended > 0;
}

bool limits_mentions(const Driver&, const Limits& limits) {
    return limits.mentions_limit > 0;
}

bool limits_cashtags(const Driver&, const Limits& limits) {
    return limits.cashtags_limit > 0;
}

bool shows_dead_links(const Driver&, const Limits& limits) {
    return !limits.has_links;
}

bool needs_media(const Driver&, const Limits& limits) {
    return limits.needs_media;
}

bool limits_media(const Driver&, const Limits& limits) {
    return limits.media_limit > 0;
}

bool cannot_send_media(const Driver& driver, const Limits& limits) {
    return driver.can_publish() && !limits.sends_media;
}

bool has_no_follow_ups(const Driver&, const Limits& limits) {
    return !limits.has_threads && !limits.has_comments;
}

bool limits_parts(const Driver&, const Limits& limits) {
    return limits.has_threads && limits.parts_limit > 0;
}

bool knows_options(const Driver& driver, const Limits&) {
    return !driver.options.empty();
}

constexpr auto error = Severity::error;
constexpr auto warning = Severity::warning;

constexpr std::array table{
    Rule{"text.empty", error, "A post on {platform} needs a text", always, find_empty},
    Rule{"text.invalid_utf8", error, "The text is not valid UTF-8", always, find_not_utf8},
    Rule{
        "text.invalid_character",
        error,
        "{platform} takes no post with this character",
        always,
        find_refused_character},
    Rule{
        "text.too_long",
        error,
        "{found} {unit}: {over} more than the {limit} that {platform} takes",
        limits_text,
        find_too_long},
    Rule{
        "text.too_many_bytes",
        error,
        "{found} bytes: {over} more than the {limit} that {platform} takes",
        limits_bytes,
        find_too_many_bytes},
    Rule{
        "text.over_recommended",
        warning,
        "{found} {unit}: beyond the recommended {limit}, fewer people read to the end",
        recommends_length,
        find_over_recommended},
    Rule{
        "hashtags.too_many",
        error,
        "{found} hashtags: {platform} takes at most {limit}",
        limits_hashtags,
        find_too_many_hashtags},
    Rule{
        "hashtags.over_recommended",
        warning,
        "{found} hashtags: on {platform} no more than {limit} are recommended",
        recommends_hashtags,
        find_many_hashtags},
    Rule{
        "mentions.too_many",
        error,
        "{found} mentions: {platform} takes at most {limit}",
        limits_mentions,
        find_too_many_mentions},
    Rule{
        "cashtags.too_many",
        error,
        "{found} cashtags: {platform} takes at most {limit}",
        limits_cashtags,
        find_too_many_cashtags},
    Rule{
        "links.not_clickable",
        warning,
        "A link in a text on {platform} cannot be clicked",
        shows_dead_links,
        find_dead_links},
    Rule{
        "media.required",
        error,
        "A post on {platform} needs an image or a video",
        needs_media,
        find_no_media},
    Rule{
        "media.too_many",
        error,
        "{found} media: {platform} takes at most {limit} a post",
        limits_media,
        find_too_many_media},
    Rule{
        "media.not_supported",
        error,
        "This version cannot attach media to a post on {platform} yet",
        cannot_send_media,
        find_unsendable_media},
    Rule{
        "parts.not_supported",
        error,
        "{platform} has no threads: {found} parts, but only one can be posted",
        has_no_follow_ups,
        find_thread},
    Rule{
        "parts.too_many",
        error,
        "{found} parts: {over} more than the {limit} that {platform} takes as one thread",
        limits_parts,
        find_too_many_parts},
    Rule{
        "options.unknown",
        error,
        "{platform} has no option '{word}'",
        knows_options,
        find_unknown_option},
    Rule{
        "options.invalid",
        error,
        "The option '{word}' has a value that {platform} does not know",
        knows_options,
        find_wrong_option},
};

}  // namespace

std::string_view name(Severity severity) {
    return severity == Severity::error ? "error" : "warning";
}

std::span<const Rule> rules() {
    return table;
}

std::string rule_id(const Driver& driver, const Rule& rule) {
    return std::string(driver.id) + "." + std::string(rule.name);
}

}  // namespace caas::platform

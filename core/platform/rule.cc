#include "core/platform/rule.h"

#include <array>

#include "core/platform/rule_find.h"
#include "core/platform/rule_media.h"

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

bool limits_alt(const Driver&, const Limits& limits) {
    return limits.alt_limit > 0;
}

bool has_one_kind(const Driver&, const Limits& limits) {
    return limits.has_one_kind;
}

bool needs_alt(const Driver&, const Limits& limits) {
    return limits.needs_alt;
}

constexpr auto error = Severity::error;
constexpr auto warning = Severity::warning;

constexpr std::array table{
    Rule{"text.empty", error, "A post on {platform} needs a text", always, find_empty},
    Rule{"text.invalid_utf8", error, "The text is not valid UTF-8", always, find_not_utf8},
    Rule{
        "text.invalid_character",
        error,
        "{platform} takes no post with the character {word}",
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
    Rule{"media.unknown", error, "There is no medium {word} any more", always, find_unknown_medium},
    Rule{"media.kind", error, "{platform} takes no {word}", always, find_wrong_kind},
    Rule{
        "media.mixed",
        error,
        "{platform} takes either pictures or a single video or moving picture a post",
        has_one_kind,
        find_mixed_media},
    Rule{
        "media.too_large",
        error,
        "{word} has {found} bytes: {platform} takes at most {limit}",
        always,
        find_too_large_medium},
    Rule{
        "media.dimensions",
        error,
        "{word}: {platform} takes at most {limit} pixels there",
        always,
        find_too_wide_medium},
    Rule{
        "media.too_small",
        error,
        "{word} is {found} pixels wide: {platform} needs at least {limit}",
        always,
        find_too_small_medium},
    Rule{
        "media.ratio",
        error,
        "{word} is too wide or too high for {platform}: its width to its height is {ratio}",
        always,
        find_wrong_ratio},
    Rule{
        "media.duration",
        error,
        "{word} takes {found} ms: the limit of {platform} is {limit}",
        always,
        find_wrong_duration},
    Rule{
        "media.frame_rate",
        error,
        "{word} has {found} pictures a second: {platform} takes at most {limit} (ffmpeg -i IN -r "
        "{limit} OUT.mp4)",
        always,
        find_fast_medium},
    Rule{
        "media.too_many_frames",
        error,
        "{word} has {found} pictures: {platform} takes at most {limit}",
        always,
        find_long_moving_picture},
    Rule{
        "media.codec",
        error,
        "{platform} takes no video encoded as {word}: ffmpeg -i IN -c:v libx264 -c:a aac OUT.mp4",
        always,
        find_wrong_codec},
    Rule{
        "media.fitted",
        warning,
        "{platform} does not take {word} as it is: it is sent smaller, or in another format",
        always,
        find_fitted_media},
    Rule{
        "media.alt_missing",
        error,
        "{found} media have no alt text, which this installation asks for",
        needs_alt,
        find_missing_alt},
    Rule{
        "media.alt_too_long",
        error,
        "An alt text has {found} characters: {platform} takes at most {limit}",
        limits_alt,
        find_long_alt},
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

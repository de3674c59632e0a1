// Fills the templates: what a model is told about the brief, the platforms and, when it has to
// mend its posts, what is wrong with them. Pure; thread-safe.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/provider/driver.h"
#include "core/provider/schema.h"
#include "core/provider/template.h"

namespace caas::provider {

// Names of the templates in share/prompts that this program was written for.
constexpr std::string_view post_template = "post.v1";
constexpr std::string_view mend_template = "mend.v1";

// What a model has to know of a platform; numbers that are 0 are not mentioned.
struct PlatformRules {
    std::string id;
    std::string title;
    int text_limit = 0;
    std::string unit;  // as said to a model: "characters", "characters, a link counts 23"
    int text_recommended = 0;
    int hashtags_limit = 0;
    int hashtags_recommended = 0;
    int mentions_limit = 0;
    bool has_threads = false;
    int parts_limit = 0;
    std::string style;  // how people write there
};

// A rule that a post broke, in words.
struct Fault {
    std::string platform;
    std::string message;
};

// `variants`: how many candidates are asked for in all; brief.variant says which one this is.
Template::Text post_prompt(
    const Template& source, const Brief& brief, std::span<const PlatformRules> rules, int variants);

// Asks for `posts` again without the faults; `rules` names the platforms that are asked for.
Template::Text mend_prompt(
    const Template& source,
    const Brief& brief,
    std::span<const PlatformRules> rules,
    const Posts& posts,
    std::span<const Fault> faults);

// `text` such that it cannot end the tags it is put between (`</brief>` …).
std::string as_data(std::string_view text);

}  // namespace caas::provider

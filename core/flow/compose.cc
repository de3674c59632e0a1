#include "core/flow/compose.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/stop_point.h"
#include "core/content/voice.h"
#include "core/flow/compose_store.h"
#include "core/flow/media.h"
#include "core/flow/provider_choice.h"
#include "core/flow/spend.h"
#include "core/platform/lint.h"
#include "core/text/blank.h"
#include "core/text/nearest.h"
#include "core/text/utf8.h"

namespace caas::flow {
namespace {

// Far more than any model reads with care; a brief above it is a mistake (a wrong file, say).
constexpr std::size_t most_prompt_bytes = 200'000;

void check_prompt(const std::string& prompt) {
    text::require(prompt, "The prompt");
    if (text::is_blank(prompt))
        throw Error(
            Code::invalid,
            "The prompt is empty",
            "say in a sentence what the post is about",
            {{"/prompt", "required", "is empty"}});
    if (prompt.size() > most_prompt_bytes)
        throw Error(
            Code::too_large,
            "The prompt has " + std::to_string(prompt.size() / 1000) + " kB; the most is " +
                std::to_string(most_prompt_bytes / 1000) + " kB",
            "give the model the part that matters");
}

void check_tone(const std::string& tone) {
    const auto tones = provider::tones();
    if (std::find(tones.begin(), tones.end(), tone) != tones.end())
        return;
    std::vector<std::string> known(tones.begin(), tones.end());
    const auto near = text::nearest(tone, known);
    std::string list;
    for (const auto& name : known)
        list += (list.empty() ? "" : ", ") + name;
    throw Error(
        Code::invalid,
        "There is no tone `" + tone.substr(0, 40) + "`",
        near.empty() ? "one of " + list : "did you mean " + std::string(near) + "?",
        {{"/tone", "unknown", "one of " + list}});
}

std::string_view unit_for_a_model(platform::Unit unit) {
    switch (unit) {
        case platform::Unit::weighted:
            return "characters, where a link counts 23 and an emoji 2";
        case platform::Unit::mastodon:
            return "characters, where a link counts 23";
        case platform::Unit::graphemes:
        case platform::Unit::threads:
        case platform::Unit::utf16:
        case platform::Unit::code_points:
            return "characters";
    }
    return "characters";
}

provider::PlatformRules rules_of(const platform::Driver& driver) {
    const auto& limits = driver.limits;
    return {
        std::string(driver.id),
        std::string(driver.title),
        limits.text_limit,
        std::string(unit_for_a_model(limits.unit)),
        limits.text_recommended,
        limits.hashtags_limit,
        limits.hashtags_recommended,
        limits.mentions_limit,
        limits.has_threads,
        limits.parts_limit,
        std::string(limits.style)};
}

std::vector<const platform::Driver*> drivers_of(const std::vector<std::string>& ids) {
    if (ids.empty())
        throw Error(
            Code::invalid,
            "No platform is named",
            "`caas platforms` lists them",
            {{"/platforms", "required", "is empty"}});
    std::vector<const platform::Driver*> drivers;
    for (const auto& id : ids) {
        const auto* driver = &platform::get(id);
        if (std::find(drivers.begin(), drivers.end(), driver) == drivers.end())
            drivers.push_back(driver);
    }
    return drivers;
}

// As it would travel in a header; a file of Windows or a copied page leaves such things behind.
void check_key(const provider::Driver& driver, const Secret& key) {
    const auto is_unfit = [](char c) {
        return static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7f;
    };
    const auto& text = key.reveal();
    if (std::none_of(text.begin(), text.end(), is_unfit))
        return;
    throw Error(
        Code::provider_key,
        "The key of " + std::string(driver.title) +
            " holds a blank, a line end or a letter that no key has",
        "set it anew, on one line; `caas config list --origin` tells where it comes from");
}

Assignment assign(const Tools& tools, const GenerateOrder& order) {
    const auto& driver = choose_provider(tools.settings, order.provider);
    auto endpoint = endpoint_of(tools.settings, driver);
    check_key(driver, endpoint.key);
    if (!order.model.empty())
        endpoint.model = order.model;
    Assignment assignment{
        driver,
        std::move(endpoint),
        provider::Template::load(tools.share / "prompts", provider::post_template),
        provider::Template::load(tools.share / "prompts", provider::mend_template),
        drivers_of(order.platforms),
        {},
        prices_of(tools.settings),
        order.variants};
    for (const auto* target : assignment.platforms)
        assignment.rules.push_back(rules_of(*target));
    return assignment;
}

content::Making making_of(
    const Assignment& assignment,
    const PersonId& person,
    const Json& brief,
    const Candidate& candidate) {
    content::Making making;
    making.origin = content::Origin::generated;
    making.person = person;
    making.provider = std::string(assignment.driver.id);
    making.model = candidate.model;
    making.brief = json::dump(brief);
    making.template_name = assignment.post.name();
    making.template_digest = assignment.post.digest();
    if (candidate.usage.is_known) {
        making.input_tokens = candidate.usage.input;
        making.output_tokens = candidate.usage.output;
    }
    making.latency_ms = candidate.latency_ms;
    making.cost_microdollars = candidate.cost_microdollars;
    return making;
}

// The whole ids of what is to be shown.
std::vector<std::string> media_of(
    const Tools& tools, const WorkspaceId& workspace, const GenerateOrder& order) {
    content::Body body;
    body.parts = {{"", order.media}};
    if (!order.media.empty()) {
        content::check(body);  // too many of them are refused before anything is paid for
        tools.store.read([&](store::Reader& reader) { resolve_media(reader, workspace, body); });
    }
    return std::move(body.parts.front().media);
}

// The texts are checked while they are written; with media they are checked once more.
void attach_media(
    const Tools& tools,
    const WorkspaceId& workspace,
    const std::vector<std::string>& media,
    Candidate& candidate) {
    auto& body = candidate.body;
    body.parts.front().media = media;
    for (auto& [platform, own] : body.overrides) {
        if (!own.parts.empty())
            own.parts.front().media = media;
    }
    candidate.errors = 0;
    candidate.warnings = 0;
    tools.store.read([&](store::Reader& reader) {
        for (auto& report : candidate.reports) {
            const auto& driver = platform::get(report.platform);
            report = platform::lint(
                driver,
                platform_parts(tools, reader, workspace, body, driver.id, driver.limits),
                platform::MediaRule::may_come_later);
            for (const auto& issue : report.issues) {
                const bool is_error = issue.severity == platform::Severity::error;
                ++(is_error ? candidate.errors : candidate.warnings);
            }
        }
    });
}

// With the schema that goes along, of which the names of the platforms are the lesser part.
std::size_t prompt_bytes(const Assignment& assignment, const provider::Brief& brief) {
    constexpr std::size_t schema_bytes = 2000;
    const auto prompt =
        provider::post_prompt(assignment.post, brief, assignment.rules, assignment.variants);
    return prompt.system.size() + prompt.user.size() + schema_bytes;
}

// The next candidate may come out better; of a key or a quota there is only one.
bool is_of_one_answer(Code code) {
    return code == Code::provider_malformed || code == Code::provider_cut_off;
}

// The candidates of an order, at least one of them; what failing calls cost is counted.
void write_all(
    const Tools& tools,
    Assignment& assignment,
    provider::Brief& brief,
    const Watcher& watcher,
    const std::stop_token& stop,
    Spending& spending,
    Generated& generated) {
    assignment.on_call = [&, is_first = true]() mutable {
        if (!std::exchange(is_first, false))
            spending.prolong();
    };
    auto& candidates = generated.candidates;
    auto& failures = generated.failures;
    for (; brief.variant < assignment.variants && !stop.stop_requested(); ++brief.variant) {
        try {
            candidates.push_back(write_candidate(tools, assignment, brief, watcher, stop));
        } catch (const Error& e) {
            spending.note_failure(e);
            failures.push_back(e);
            if (!is_of_one_answer(e.code()))
                break;
        }
    }
    if (!stop.stop_requested() && !candidates.empty())
        return;
    spending.fail(candidates);
    if (failures.empty() || (stop.stop_requested() && !candidates.empty()))
        throw Error(Code::canceled, "Writing was canceled");
    throw Error(failures.back());
}

}  // namespace

bool is_language_tag(std::string_view tag) {
    if (tag.size() > 35)  // RFC 5646, 4.4.1
        return false;
    std::size_t group = 0;
    bool is_first = true;
    for (const char c : tag) {
        if (c == '-') {
            if (group == 0)
                return false;
            group = 0;
            is_first = false;
            continue;
        }
        const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        const bool is_digit = c >= '0' && c <= '9';
        if ((!is_letter && (is_first || !is_digit)) || ++group > 8)
            return false;
    }
    return group > 0 && (!is_first || group >= 2);
}

Generated generate(
    const Tools& tools,
    const access::Principal& principal,
    const GenerateOrder& order,
    const Watcher& watcher,
    const std::stop_token& stop) {
    const auto& workspace = principal.workspace;
    check_prompt(order.prompt);
    auto tone = order.tone.empty() ? tools.settings.text("generate.tone") : order.tone;
    check_tone(tone);
    auto language =
        order.language.empty() ? tools.settings.text("generate.language") : order.language;
    if (!language.empty() && !is_language_tag(language))
        throw Error(
            Code::invalid,
            "`" + language.substr(0, 40) + "` is not a language tag",
            "write it like en, de or pt-BR",
            {{"/language", "format", "must be a BCP 47 tag"}});
    if (order.variants < 1 || order.variants > most_variants)
        throw Error(
            Code::invalid,
            "`variants` must be from 1 to " + std::to_string(most_variants),
            "one is what you get without it",
            {{"/variants", "range", "from 1 to " + std::to_string(most_variants)}});
    std::string voice;
    if (!order.voice.empty()) {
        voice = tools.store.read([&](store::Reader& reader) {
            return content::get_voice(reader, workspace, order.voice).text;
        });
    }
    Spending spending(tools, principal);
    spending.require_variants(order.variants);
    auto assignment = assign(tools, order);
    const auto media = media_of(tools, workspace, order);

    provider::Brief brief{
        order.prompt, std::move(tone), std::move(language), std::move(voice), {}, 0};
    auto names = Json::array();
    for (const auto* driver : assignment.platforms) {
        brief.platforms.emplace_back(driver->id);
        names.push_back(driver->id);
    }
    Json kept{
        {"prompt", brief.prompt},
        {"tone", brief.tone},
        {"language", brief.language},
        {"platforms", std::move(names)}};
    if (!order.voice.empty())
        kept["voice"] = order.voice;

    Generated generated;
    spending.reserve(assignment, prompt_bytes(assignment, brief));
    write_all(tools, assignment, brief, watcher, stop, spending, generated);
    stop_point("generate.answered");
    if (!media.empty())
        run_paid(tools, spending, generated.candidates, stop, [&] {
            for (auto& candidate : generated.candidates)
                attach_media(tools, workspace, media, candidate);
        });
    std::stable_sort(
        generated.candidates.begin(),
        generated.candidates.end(),
        [](const Candidate& a, const Candidate& b) {
            return std::pair(a.errors, a.warnings) < std::pair(b.errors, b.warnings);
        });
    for (const auto& candidate : generated.candidates)
        generated.makings.push_back(making_of(assignment, principal.person, kept, candidate));
    if (order.is_stored)
        store_written(tools, principal, spending, generated, stop);
    else
        run_paid(tools, spending, generated.candidates, stop, [&] {
            spending.settle_alone(generated.candidates);
        });
    generated.has_mail = spending.has_mail();
    return generated;
}

}  // namespace caas::flow

// The provider that needs no network and no key: fixed sentences around the first sentences of the
// brief. It says so: its model is called "template-1", and the same brief gives the same posts.
#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/provider/drivers.h"
#include "core/provider/offline_matter.h"
#include "core/provider/offline_phrases.h"
#include "core/provider/offline_sentences.h"
#include "core/provider/offline_width.h"
#include "core/provider/schema.h"
#include "core/text/utf8.h"

namespace caas::provider {
namespace {

// How much goes onto a platform. `most` stays below the platform's own limit, which lint enforces.
struct Layout {
    std::string_view platform;
    std::size_t most;  // by width()
    std::size_t tags;
    std::size_t sentences;  // of the brief, after the first
    std::uint64_t turn;     // platforms side by side begin with different phrases
};

constexpr std::array<Layout, 7> layouts{{
    {"bluesky", 280, 1, 0, 2},
    {"facebook", 1000, 1, 2, 0},
    {"instagram", 1000, 5, 3, 2},
    {"linkedin", 1200, 3, 3, 1},
    {"mastodon", 480, 2, 1, 1},
    {"threads", 480, 1, 1, 2},
    {"x", 270, 2, 0, 0},
}};

// Places that have no rules of their own (outbox, webhook), and platforms of the future.
constexpr Layout other{"", 480, 2, 1, 0};

const Layout& layout_of(std::string_view platform) {
    const auto at = std::find_if(layouts.begin(), layouts.end(), [&](const Layout& layout) {
        return layout.platform == platform;
    });
    return at == layouts.end() ? other : *at;
}

// FNV-1a, 64 bit.
std::uint64_t mixed(std::string_view text) {
    std::uint64_t sum = 14695981039346656037U;
    for (const char c : text)
        sum = (sum ^ static_cast<unsigned char>(c)) * 1099511628211U;
    return sum;
}

std::string filled(std::string_view phrase, std::string_view with) {
    const auto hole = phrase.find("{}");
    return std::string(phrase.substr(0, hole)) + std::string(with) +
           std::string(phrase.substr(hole + 2));
}

std::string joined(const std::vector<std::string>& paragraphs) {
    std::string text;
    for (const auto& paragraph : paragraphs) {
        if (!paragraph.empty())
            text += (text.empty() ? "" : "\n\n") + paragraph;
    }
    return text;
}

struct Draught {
    std::string opening;
    std::string bare;  // the opening without a phrase around it
    std::vector<std::string> more;
    std::string closing;
    std::string url;
    std::vector<std::string> tags;
};

std::string assemble(
    const Draught& draught, std::string_view opening, std::size_t more, bool closes, bool tags) {
    std::string body;
    for (std::size_t i = 0; i < more; ++i)
        body += (i == 0 ? "" : " ") + draught.more[i];
    std::string hashtags;
    if (tags) {
        for (const auto& tag : draught.tags)
            hashtags += (hashtags.empty() ? "#" : " #") + tag;
    }
    return joined(
        {std::string(opening),
         body,
         closes ? draught.closing : std::string(),
         draught.url,
         hashtags});
}

// Leaves out what matters least until the rest fits.
std::string fitted(const Draught& draught, std::size_t most) {
    for (auto more = draught.more.size();; --more) {
        auto text = assemble(draught, draught.opening, more, true, true);
        if (width(text) <= most)
            return text;
        if (more == 0)
            break;
    }
    for (const auto& [opening, tags] :
         {std::pair{draught.opening, true}, {draught.opening, false}, {draught.bare, false}}) {
        auto text = assemble(draught, opening, 0, false, tags);
        if (width(text) <= most)
            return text;
    }
    return cut_to_width(draught.bare, most);
}

std::string first_capital(std::string text) {
    if (!text.empty() && text.front() >= 'a' && text.front() <= 'z')
        text.front() = static_cast<char>(text.front() - 32);
    return text;
}

std::string post_for(const Brief& brief, const Matter& matter, std::string_view platform) {
    const auto& layout = layout_of(platform);
    const auto& phrases = phrases_for(matter.language, brief.tone);
    const auto openings = matter.is_topic ? phrases.for_topic : phrases.for_sentence;
    const auto variant = static_cast<std::uint64_t>(std::max(brief.variant, 0));
    // Neighbouring variants differ in both; every pair comes before one comes again.
    const auto pick = mixed(matter.headline) % 997 + layout.turn + variant;

    Draught draught;
    draught.opening = first_capital(filled(openings[pick % openings.size()], matter.headline));
    draught.bare = first_capital(matter.headline);
    if (!phrases.closing.empty())
        draught.closing =
            phrases.closing[(pick + variant / openings.size()) % phrases.closing.size()];
    draught.more.assign(
        matter.more.begin(),
        matter.more.begin() +
            static_cast<std::ptrdiff_t>(std::min(matter.more.size(), layout.sentences)));
    draught.url = matter.url;
    draught.tags.assign(
        matter.tags.begin(),
        matter.tags.begin() +
            static_cast<std::ptrdiff_t>(std::min(matter.tags.size(), layout.tags)));
    return fitted(draught, layout.most);
}

// In pieces, as a model would send it, none of which cuts a character.
void stream(const std::string& text, const Ask& ask) {
    constexpr std::size_t piece = 24;
    for (std::size_t at = 0; at < text.size();) {
        if (ask.stop.stop_requested())
            throw Error(Code::canceled, "Stopped while the offline provider was writing");
        std::size_t end = at;
        while (end < text.size() && end - at < piece)
            end += text::decode(text, end).size;
        ask.on_text(std::string_view(text).substr(at, end - at));
        at = end;
    }
}

Answer ask_offline(const Ask& ask, const Endpoint& endpoint, const Tools& tools) {
    static_cast<void>(endpoint);
    static_cast<void>(tools);
    const auto matter = read_matter(ask.brief.prompt, ask.brief.language);
    if (matter.headline.empty())
        throw Error(
            Code::invalid,
            "The brief says nothing to write about",
            "Give a sentence: caas generate \"Our app now works offline\"");
    const auto shapes = shapes_of(ask.schema);
    Json posts = Json::object();
    for (const auto& platform : ask.brief.platforms) {
        auto text = post_for(ask.brief, matter, platform);
        const bool has_parts = std::any_of(shapes.begin(), shapes.end(), [&](const Shape& shape) {
            return shape.platform == platform && shape.has_threads;
        });
        if (has_parts)
            posts[platform] = {{"parts", Json::array({std::move(text)})}};
        else
            posts[platform] = {{"text", std::move(text)}};
    }
    Answer answer;
    answer.text = json::dump(posts);
    answer.model = offline.default_model;
    answer.usage.is_known = true;
    answer.usage.input = matter.words;
    answer.usage.output = count_words(answer.text);
    if (ask.on_text)
        stream(answer.text, ask);
    return answer;
}

void check_offline(const Endpoint& endpoint, const Tools& tools) {
    static_cast<void>(endpoint);
    static_cast<void>(tools);
}

}  // namespace

extern constexpr Driver offline{
    "offline",
    "Built-in templates (no model)",
    "template-1",
    "",
    false,
    ask_offline,
    check_offline,
};

}  // namespace caas::provider

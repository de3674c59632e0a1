// The sentences of the offline provider, by language and tone. They frame what the brief says and
// claim nothing about it. Constants; thread-safe.
#pragma once

#include <span>
#include <string_view>

namespace caas::provider {

struct Phrases {
    std::string_view language;
    std::string_view tone;
    // "{}" is the brief's first sentence, with its end mark.
    std::span<const std::string_view> for_sentence;
    // "{}" is a thing that stands in the middle of a sentence.
    std::span<const std::string_view> for_topic;
    std::span<const std::string_view> closing;
};

// The ones of that language and tone; an unknown language has none but the bare "{}", an unknown
// tone is taken for professional.
const Phrases& phrases_for(std::string_view language, std::string_view tone);

}  // namespace caas::provider

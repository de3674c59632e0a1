#include "core/provider/offline_matter.h"

#include <algorithm>
#include <array>

#include "core/provider/offline_sentences.h"
#include "core/provider/offline_width.h"
#include "core/text/utf8.h"

namespace caas::provider {
namespace {

constexpr std::size_t most_headline = 200;
constexpr std::size_t most_tags = 5;

bool is_letter(char32_t c) {
    if (c < 0x80)
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool is_mark = c < 0xC0 || c == 0xD7 || c == 0xF7 || (c >= 0x2000 && c <= 0x2BFF) ||
                         (c >= 0x3000 && c <= 0x303F) || (c >= 0xFE00 && c <= 0xFE0F) ||
                         (c >= 0xFF00 && c <= 0xFF0F) || c >= 0x1F000 || c == text::replacement;
    return !is_mark;
}

// How briefs begin when they are orders; longer ones first. What follows is a topic, unless the
// order ends in "that".
constexpr std::array<std::string_view, 26> orders{
    "write a social media post about ",
    "write a post announcing ",
    "write a post about ",
    "create a post about ",
    "make a post about ",
    "post about ",
    "write about ",
    "tell people that ",
    "tell everyone that ",
    "tell people about ",
    "announce that ",
    "announce ",
    "introduce ",
    "promote ",
    "celebrate ",
    "share that ",
    "share ",
    "schreibe einen beitrag \xC3\xBC"
    "ber ",
    "schreib einen beitrag \xC3\xBC"
    "ber ",
    "k\xC3\xBCndige ",
    "annonce que ",
    "annonce ",
    "pr\xC3\xA9sente ",
    "anuncia que ",
    "anuncia ",
    "presenta ",
};

void strip_order(Matter& matter) {
    const auto low = lowered(matter.headline);
    for (const auto order : orders) {
        if (!low.starts_with(order) || low.size() <= order.size() + 2)
            continue;
        matter.headline.erase(0, order.size());
        matter.is_topic = !order.ends_with(" that ") && !order.ends_with(" que ");
        return;
    }
}

void finish_headline(Matter& matter) {
    auto& headline = matter.headline;
    const auto trim = [&](std::string_view marks) {
        while (!headline.empty() && marks.find(headline.back()) != std::string_view::npos)
            headline.pop_back();
    };
    trim(" ,;:");
    if (matter.is_topic)
        trim(" .!");
    if (width(headline) > most_headline)
        headline = cut_to_width(headline, most_headline);
    if (headline.empty())
        return;
    if (matter.is_topic)
        return;
    if (headline.front() >= 'a' && headline.front() <= 'z')
        headline.front() = static_cast<char>(headline.front() - 32);
    std::size_t last = 0;
    for (std::size_t at = 0; at < headline.size(); at += text::decode(headline, at).size)
        last = at;
    if (is_letter(text::decode(headline, last).value))
        headline += '.';
}

struct StopWords {
    std::string_view language;
    std::string_view words;
};

constexpr std::array<StopWords, 4> stop_words{{
    {"en",
     " the our is are and a an to of for with now we us you your on in it its this that has have "
     "will from at by about new works work can be as or not more all today just "},
    {"de",
     " der die das und ist sind ein eine einen unsere unser unseren jetzt f\xC3\xBCr mit auf in im "
     "von zu wir ihr nicht auch neue neuen neuer am ab bei "},
    {"es",
     " el la los las y es son un una nuestra nuestro ahora para con en de del que no nosotros "
     "nueva nuevo sin por "},
    {"fr",
     " le la les et est sont un une notre nos maintenant pour avec en de des du que nous ne pas "
     "nouvelle nouveau sans par "},
}};

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words(1);
    for (std::size_t at = 0; at < text.size();) {
        const auto point = text::decode(text, at);
        if (is_letter(point.value))
            words.back() += text.substr(at, point.size);
        else if (!words.back().empty())
            words.emplace_back();
        at += point.size;
    }
    if (words.back().empty())
        words.pop_back();
    return words;
}

// Words that are about the announcement and not about the matter.
constexpr std::string_view bland_words =
    " first second third new today tomorrow yesterday week month year monday tuesday wednesday "
    "thursday friday saturday sunday january february march april may june july august september "
    "october november december opening open launching launch launched announce announcing "
    "announced release released releasing everybody everyone people something anything really "
    "very heute morgen januar februar mai juni juli oktober dezember montag dienstag mittwoch "
    "donnerstag freitag samstag sonntag hoy lunes martes jueves viernes enero febrero marzo "
    "aujourd lundi mardi mercredi jeudi vendredi janvier mars avril juillet septembre octobre "
    "novembre ";

bool is_stop_word(std::string_view word) {
    const auto padded = " " + lowered(word) + " ";
    if (bland_words.find(padded) != std::string_view::npos)
        return true;
    return std::any_of(stop_words.begin(), stop_words.end(), [&](const StopWords& list) {
        return list.words.find(padded) != std::string_view::npos;
    });
}

std::string guess_language(std::string_view line, const std::vector<std::string>& words) {
    std::size_t points = 0;
    std::size_t foreign = 0;
    for (std::size_t at = 0; at < line.size();) {
        const auto point = text::decode(line, at);
        at += point.size;
        if (!is_letter(point.value))
            continue;
        ++points;
        if (point.value >= 0x370)
            ++foreign;
    }
    if (foreign * 3 > points)
        return {};
    std::string best = "en";
    int most = 0;
    for (const auto& list : stop_words) {
        int hits = 0;
        for (const auto& word : words) {
            if (list.words.find(" " + lowered(word) + " ") != std::string_view::npos)
                ++hits;
        }
        if (hits > most) {
            most = hits;
            best = list.language;
        }
    }
    return best;
}

std::string known_language(std::string_view tag) {
    const auto primary = lowered(tag.substr(0, tag.find('-')));
    const bool is_known =
        std::any_of(stop_words.begin(), stop_words.end(), [&](const StopWords& list) {
            return list.language == primary;
        });
    return is_known ? primary : std::string();
}

// The longest words that say something, in the order in which they stand.
std::vector<std::string> tags_of(const std::vector<std::string>& words) {
    std::vector<std::string> fit;
    for (const auto& word : words) {
        const auto length = text::code_points(word);
        const bool is_number =
            std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
        const bool is_new = std::none_of(fit.begin(), fit.end(), [&](const std::string& other) {
            return lowered(other) == lowered(word);
        });
        if (length >= 3 && length <= 24 && !is_number && is_new && !is_stop_word(word))
            fit.push_back(word);
    }
    std::stable_sort(fit.begin(), fit.end(), [](const std::string& a, const std::string& b) {
        return std::min<std::size_t>(text::code_points(a), 8) >
               std::min<std::size_t>(text::code_points(b), 8);
    });
    if (fit.size() > most_tags)
        fit.resize(most_tags);
    return fit;
}

}  // namespace

Matter read_matter(std::string_view prompt, std::string_view language) {
    Matter matter;
    auto opening = read_opening(prompt);
    matter.words = opening.words;
    matter.url = std::move(opening.url);
    auto& found = opening.sentences;
    if (!found.empty()) {
        matter.headline = found.front();
        found.erase(found.begin());
    }
    // "Details at https://…" says nothing without its link.
    std::erase_if(found, [](const std::string& sentence) { return count_words(sentence) < 2; });
    matter.more = std::move(found);
    strip_order(matter);
    finish_headline(matter);
    auto words = words_of(matter.headline);
    matter.tags = tags_of(words);
    matter.language = language.empty() ? guess_language(opening.line, words_of(opening.line))
                                       : known_language(language);
    return matter;
}

}  // namespace caas::provider

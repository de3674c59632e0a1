#include "core/provider/offline_matter.h"

#include <algorithm>
#include <array>

#include "core/text/grapheme.h"
#include "core/text/utf8.h"

namespace caas::provider {
namespace {

constexpr std::size_t most_read = 4000;  // bytes of the brief
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

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

std::string lowered(std::string_view text) {
    std::string low(text);
    std::transform(low.begin(), low.end(), low.begin(), lower);
    return low;
}

// The beginning of the brief on one line.
std::string beginning(std::string_view prompt) {
    std::string line;
    std::size_t at = 0;
    while (at < prompt.size() && line.size() < most_read) {
        const auto point = text::decode(prompt, at);
        at += point.size;
        const bool is_blank = point.value <= 0x20 || point.value == 0x7F || point.value == 0xA0 ||
                              point.value == 0x2028 || point.value == 0x2029;
        if (!is_blank)
            text::append(line, point.value);
        else if (!line.empty() && line.back() != ' ')
            line += ' ';
    }
    if (at < prompt.size()) {  // the last word is only a part of one
        const auto space = line.rfind(' ');
        if (space != std::string::npos && space > line.size() / 2)
            line.resize(space);
    }
    while (!line.empty() && line.back() == ' ')
        line.pop_back();
    return line;
}

// Takes the first link out of the text and the others with it.
std::string take_url(std::string& text) {
    std::string first;
    std::size_t from = 0;
    while (true) {
        const auto at = std::min(text.find("https://", from), text.find("http://", from));
        if (at == std::string::npos)
            return first;
        auto end = std::min(text.find(' ', at), text.size());
        while (end > at && std::string_view(".,;:!?)\"'").find(text[end - 1]) != std::string::npos)
            --end;
        if (first.empty())
            first = text.substr(at, end - at);
        const auto begin = at > 0 && text[at - 1] == ' ' ? at - 1 : at;
        text.erase(begin, end - begin);
        from = begin;
    }
}

bool ends_sentence(char32_t c) {
    return c == '.' || c == '!' || c == '?' || c == 0x3002 || c == 0xFF01 || c == 0xFF1F ||
           c == 0x2026 || c == 0x0964;
}

bool is_wide_end(char32_t c) {
    return c == 0x3002 || c == 0xFF01 || c == 0xFF1F || c == 0x0964;
}

std::vector<std::string> sentences(const std::string& line, std::size_t most) {
    std::vector<std::string> found;
    std::size_t begin = 0;
    for (std::size_t at = 0; at < line.size() && found.size() < most;) {
        const auto point = text::decode(line, at);
        at += point.size;
        const bool is_end = ends_sentence(point.value) &&
                            (at >= line.size() || line[at] == ' ' || is_wide_end(point.value));
        // "e.g. ", "No. 5": too short to be a sentence.
        if (is_end && at - begin >= 6) {
            found.push_back(line.substr(begin, at - begin));
            begin = at < line.size() && line[at] == ' ' ? at + 1 : at;
        }
    }
    if (found.size() < most && begin < line.size())
        found.push_back(line.substr(begin));
    return found;
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

bool is_stop_word(std::string_view word) {
    const auto padded = " " + lowered(word) + " ";
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

std::size_t weight(char32_t c) {
    // X's ranges of weight 1 (twitter-text v3 configuration).
    const bool is_light = c <= 4351 || (c >= 8192 && c <= 8205) || (c >= 8208 && c <= 8223) ||
                          (c >= 8242 && c <= 8247);
    return is_light ? 1 : 2;
}

}  // namespace

Matter read_matter(std::string_view prompt, std::string_view language) {
    Matter matter;
    auto line = beginning(prompt);
    matter.words = count_words(line);
    matter.url = take_url(line);
    auto found = sentences(line, 4);
    if (!found.empty()) {
        matter.headline = found.front();
        found.erase(found.begin());
    }
    matter.more = std::move(found);
    strip_order(matter);
    finish_headline(matter);
    auto words = words_of(matter.headline);
    matter.tags = tags_of(words);
    matter.language =
        language.empty() ? guess_language(line, words_of(line)) : known_language(language);
    return matter;
}

std::size_t width(std::string_view text) {
    std::size_t total = 0;
    std::size_t word = 0;
    bool has_dot = false;
    const auto end_word = [&] {
        total += has_dot && word < 23 ? 23 : word;
        word = 0;
        has_dot = false;
    };
    for (std::size_t at = 0; at < text.size();) {
        const auto point = text::decode(text, at);
        at += point.size;
        if (point.value <= 0x20) {
            end_word();
            ++total;
            continue;
        }
        word += weight(point.value);
        // A dot inside of a word may make it a link in X's eyes.
        has_dot = has_dot || (point.value == '.' && at < text.size() &&
                              static_cast<unsigned char>(text[at]) > 0x20);
    }
    end_word();
    return total;
}

std::string cut_to_width(std::string_view text, std::size_t most) {
    if (width(text) <= most)
        return std::string(text);
    constexpr std::string_view ellipsis = "\xE2\x80\xA6";
    std::size_t end = 0;
    std::size_t word_end = 0;
    while (end < text.size()) {
        const auto next = text::next_grapheme(text, end);
        if (width(text.substr(0, next)) + 2 > most)
            break;
        if (text[end] == ' ')
            word_end = end;
        end = next;
    }
    // A word of half the length, or a script without spaces, is cut where it is.
    auto cut = text.substr(0, word_end * 2 > end ? word_end : end);
    while (!cut.empty() && std::string_view(" ,;:.").find(cut.back()) != std::string_view::npos)
        cut.remove_suffix(1);
    return std::string(cut) + std::string(ellipsis);
}

std::int64_t count_words(std::string_view text) {
    std::int64_t words = 0;
    bool is_inside = false;
    for (const char c : text) {
        const bool is_blank = static_cast<unsigned char>(c) <= 0x20;
        if (!is_blank && !is_inside)
            ++words;
        is_inside = !is_blank;
    }
    return words;
}

}  // namespace caas::provider

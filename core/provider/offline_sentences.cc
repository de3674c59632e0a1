#include "core/provider/offline_sentences.h"

#include <algorithm>

#include "core/text/utf8.h"

namespace caas::provider {
namespace {

constexpr std::size_t most_read = 4000;  // bytes of the brief
constexpr std::size_t most_sentences = 4;

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

// Stands where a link was, until the sentences are known.
constexpr char gap = '\x01';

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
        text.replace(at, end - at, 1, gap);
        from = at + 1;
    }
}

// What leads to a link and means nothing without it.
constexpr std::string_view leading_words =
    " at on see via visit here under from to siehe unter auf hier bei en sur voir ici \xC3\xA0 ver "
    "aqu\xC3\xAD ";

// The sentence without the links that were in it, and without "see" or "at" before one at its end.
std::string without_gaps(std::string sentence) {
    auto at = sentence.find(gap);
    if (at == std::string::npos)
        return sentence;
    std::string mark;
    if (sentence.find_first_not_of(" .!?", at + 1) == std::string::npos) {
        mark = sentence.size() > at + 1 ? sentence.substr(sentence.size() - 1) : std::string();
        sentence.resize(at);
    }
    for (; at != std::string::npos && at < sentence.size(); at = sentence.find(gap))
        sentence.erase(at > 0 && sentence[at - 1] == ' ' ? at - 1 : at, at > 0 ? 2 : 1);
    const bool is_led = sentence.empty() || sentence.back() == ' ';
    while (is_led && !sentence.empty()) {
        if (std::string_view(" ,;:(-").find(sentence.back()) != std::string_view::npos) {
            sentence.pop_back();
            continue;
        }
        const auto space = sentence.rfind(' ');
        const auto begin = space == std::string::npos ? 0 : space + 1;
        const auto word = " " + lowered(std::string_view(sentence).substr(begin)) + " ";
        if (leading_words.find(word) == std::string_view::npos)
            break;
        sentence.resize(begin);
    }
    return sentence.empty() ? sentence : sentence + mark;
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

}  // namespace

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

std::string lowered(std::string_view text) {
    std::string low(text);
    std::transform(low.begin(), low.end(), low.begin(), lower);
    return low;
}

Opening read_opening(std::string_view prompt) {
    Opening opening;
    auto line = beginning(prompt);
    opening.words = count_words(line);
    opening.url = take_url(line);
    for (auto& sentence : sentences(line, most_sentences))
        opening.sentences.push_back(without_gaps(std::move(sentence)));
    line.erase(std::remove(line.begin(), line.end(), gap), line.end());
    opening.line = std::move(line);
    return opening;
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

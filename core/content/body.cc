#include "core/content/body.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/base/digest.h"
#include "core/base/error.h"
#include "core/text/blank.h"
#include "core/text/grapheme.h"
#include "core/text/utf8.h"

namespace caas::content {
namespace {

constexpr std::size_t most_title_graphemes = 80;
constexpr std::size_t most_title_bytes = 1000;  // a grapheme can be of any length
constexpr std::size_t most_marks = 100;
constexpr std::size_t longest_name = 200;     // of a medium or a mark
constexpr std::size_t longest_language = 35;  // RFC 5646, 4.4.1
constexpr std::size_t longest_platform = 32;
constexpr int most_option_levels = 16;

std::string_view hint_for(std::string_view rule) {
    if (rule == "text.empty" || rule == "parts.none")
        return "write at least one character; parts of a thread are separated by a line of ---";
    if (rule == "text.utf8" || rule == "text.nul")
        return "save the text as UTF-8";
    if (rule == "text.too_long" || rule == "parts.too_many" || rule == "media.too_many")
        return "make several contents of it";
    if (rule == "language.tag")
        return "write it like en, de or pt-BR";
    if (rule == "overrides.platform")
        return "`caas platforms` lists them";
    return "see `errors` for each place that is wrong";
}

// Collects all that is wrong, so that a person can mend it in one go.
class Faults {
  public:
    void add(std::string pointer, std::string rule, std::string message) {
        if (details_.size() < most_details)
            details_.push_back({std::move(pointer), std::move(rule), std::move(message)});
    }

    // Text for people: UTF-8 without NUL and not too long.
    void check_text(const std::string& pointer, std::string_view text, std::size_t most) {
        if (!text::is_utf8(text))
            add(pointer, "text.utf8", "is not valid UTF-8");
        else if (text::has_nul(text))
            add(pointer, "text.nul", "holds a NUL character");
        if (text.size() > most)
            add(pointer, "text.too_long", "is longer than " + std::to_string(most) + " bytes");
    }

    void end() {
        if (details_.empty())
            return;
        const auto& first = details_.front();
        const auto message = first.pointer.substr(first.pointer.empty() ? 0 : 1);
        throw Error(
            Code::invalid,
            "The content cannot be stored: " + message + " " + first.message,
            std::string(hint_for(first.rule)),
            details_);
    }

  private:
    static constexpr std::size_t most_details = 20;

    std::vector<Detail> details_;
};

void check_parts(Faults& faults, const std::string& pointer, const std::vector<Part>& parts) {
    if (parts.size() > most_parts)
        faults.add(
            pointer, "parts.too_many", "has more than " + std::to_string(most_parts) + " parts");
    for (std::size_t i = 0; i < std::min(parts.size(), most_parts); ++i) {
        const auto here = pointer + "/" + std::to_string(i);
        const auto& part = parts[i];
        faults.check_text(here + "/text", part.text, most_part_bytes);
        if (part.media.size() > most_media)
            faults.add(here + "/media", "media.too_many", "has too many media");
        for (const auto& medium : part.media)
            faults.check_text(here + "/media", medium, longest_name);
        if (part.media.empty() && text::is_blank(part.text))
            faults.add(here + "/text", "text.empty", "is empty");
    }
}

bool is_name(std::string_view text, std::size_t most) {
    return !text.empty() && text.size() <= most &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_';
           });
}

Json parts_json(const std::vector<Part>& parts) {
    auto array = Json::array();
    for (const auto& part : parts)
        array.push_back(Json{{"text", part.text}, {"media", part.media}});
    return array;
}

std::vector<std::string> texts(const Json& array) {
    std::vector<std::string> out;
    for (const auto& item : array)
        out.push_back(item.get<std::string>());
    return out;
}

std::vector<Part> parts_of(const Json& array) {
    std::vector<Part> parts;
    for (const auto& item : array)
        parts.push_back({item.at("text").get<std::string>(), texts(item.at("media"))});
    return parts;
}

Json options_json(const std::string& options) {
    auto value = json::try_parse(options);
    return value && value->is_object() ? *std::move(value) : Json::object();
}

// Deeper ones could be stored, but not be read again inside an answer: JSON is read to 64 levels.
bool is_shallow(const Json& value, int levels) {
    return !value.is_structured() ||
           (levels > 0 && std::all_of(value.begin(), value.end(), [levels](const Json& inner) {
                return is_shallow(inner, levels - 1);
            }));
}

// Line breaks, tabs and other control characters have no place in a line of a list.
std::string first_line(std::string_view text) {
    std::string line;
    for (const char c : text) {
        const bool is_break = c == '\n' || c == '\r';
        const bool is_blank = c == ' ' || c == '\t';
        if (is_break && !line.empty())
            break;
        if (is_break || (is_blank && line.empty()))
            continue;
        const bool is_control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
        line += is_control ? ' ' : c;
    }
    while (!line.empty() && line.back() == ' ')
        line.pop_back();
    return line;
}

}  // namespace

const std::vector<Part>& parts_for(const Body& body, std::string_view platform) {
    const auto found = body.overrides.find(std::string(platform));
    return found == body.overrides.end() || found->second.parts.empty() ? body.parts
                                                                        : found->second.parts;
}

std::string options_for(const Body& body, std::string_view platform) {
    const auto found = body.overrides.find(std::string(platform));
    return found == body.overrides.end() ? "{}" : found->second.options;
}

void check(const Body& body) {
    Faults faults;
    if (body.parts.empty())
        faults.add("/parts", "parts.none", "is empty");
    check_parts(faults, "/parts", body.parts);
    if (body.overrides.size() > most_overrides)
        faults.add("/overrides", "overrides.too_many", "has too many platforms");
    for (const auto& [platform, own] : body.overrides) {
        if (!is_name(platform, longest_platform)) {
            faults.add("/overrides", "overrides.platform", "names something that is no platform");
            continue;
        }
        const auto here = "/overrides/" + platform;
        check_parts(faults, here + "/parts", own.parts);
        const auto options = json::try_parse(own.options);
        if (!options || !options->is_object())
            faults.add(here + "/options", "options.object", "is not a JSON object");
        else if (!is_shallow(*options, most_option_levels))
            faults.add(here + "/options", "options.nested", "is nested too deeply");
    }
    if (!body.language.empty() && !is_name(body.language, longest_language))
        faults.add("/language", "language.tag", "is not a language tag such as en or pt-BR");
    if (body.marks.size() > most_marks)
        faults.add("/marks", "marks.too_many", "has too many marks");
    for (const auto& mark : body.marks)
        faults.check_text("/marks", mark, longest_name);
    faults.end();
    if (canonical(body).size() > most_body_bytes)
        throw Error(
            Code::too_large,
            "The content is larger than " + std::to_string(most_body_bytes) + " bytes",
            "Make several contents of it.");
}

Json to_json(const Body& body) {
    auto overrides = Json::object();
    for (const auto& [platform, own] : body.overrides)
        overrides[platform] =
            Json{{"parts", parts_json(own.parts)}, {"options", options_json(own.options)}};
    return Json{
        {"parts", parts_json(body.parts)},
        {"overrides", std::move(overrides)},
        {"language", body.language},
        {"marks", body.marks}};
}

Body parse_body(std::string_view text) {
    try {
        const auto value = json::try_parse(text).value_or(Json());
        Body body;
        body.parts = parts_of(value.at("parts"));
        for (const auto& [platform, own] : value.at("overrides").items())
            body.overrides[platform] = {parts_of(own.at("parts")), json::dump(own.at("options"))};
        body.language = value.at("language").get<std::string>();
        body.marks = texts(value.at("marks"));
        return body;
    } catch (const Json::exception&) {
        throw Error(
            Code::storage_corrupt,
            "The text of a version cannot be read from the database",
            "Look with: caas doctor");
    }
}

std::string canonical(const Body& body) {
    return json::dump(to_json(body));
}

std::string digest(const Body& body) {
    return sha256_hex(canonical(body));
}

std::string title_of(const Body& body) {
    if (body.parts.empty())
        return "(empty)";
    const auto line = first_line(body.parts.front().text);
    if (line.empty())
        return "(media)";
    auto cut = std::string(text::first_graphemes(line, most_title_graphemes));
    if (cut.size() > most_title_bytes)
        cut = text::repaired(std::string_view(cut).substr(0, most_title_bytes));
    return cut;
}

}  // namespace caas::content

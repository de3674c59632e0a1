#include "core/provider/template.h"

#include <algorithm>
#include <system_error>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/digest.h"
#include "core/base/error.h"
#include "core/base/file.h"

namespace caas::provider {
namespace {

constexpr std::size_t largest_file = 256U << 10U;

[[noreturn]] void fail(std::string_view name, const std::string& why) {
    throw Error(
        Code::internal,
        "The prompt template " + std::string(name) + ".md " + why,
        "It belongs to the installation, in share/caas/prompts; install caas again.");
}

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

// Where the line that is exactly `heading` begins and where the one after it does.
std::pair<std::size_t, std::size_t> find_line(std::string_view text, std::string_view heading) {
    std::size_t at = 0;
    while (at < text.size()) {
        auto end = text.find('\n', at);
        end = end == std::string_view::npos ? text.size() : end;
        if (trimmed(text.substr(at, end - at)) == heading)
            return {at, std::min(end + 1, text.size())};
        at = end + 1;
    }
    return {std::string_view::npos, 0};
}

struct Tag {
    std::size_t begin = std::string_view::npos;  // of "{{"
    std::size_t end = 0;                         // behind "}}"
    char kind = 0;                               // '#', '^', '/' or 0 for a value
    std::string_view name;
    // For sections: the whole line when nothing else stands on it.
    std::size_t line_begin = 0;
    std::size_t line_end = 0;
};

bool is_blank(std::string_view text) {
    return trimmed(text).empty();
}

Tag next_tag(std::string_view text, std::size_t from) {
    Tag tag;
    tag.begin = text.find("{{", from);
    if (tag.begin == std::string_view::npos)
        return tag;
    const auto close = text.find("}}", tag.begin);
    if (close == std::string_view::npos) {
        tag.begin = std::string_view::npos;
        return tag;
    }
    tag.end = close + 2;
    auto inside = trimmed(text.substr(tag.begin + 2, close - tag.begin - 2));
    if (!inside.empty() && std::string_view("#^/").find(inside.front()) != std::string_view::npos) {
        tag.kind = inside.front();
        inside = trimmed(inside.substr(1));
    }
    tag.name = inside;
    tag.line_begin = tag.begin;
    tag.line_end = tag.end;
    if (tag.kind != 0) {
        const auto before = text.rfind('\n', tag.begin);
        const auto line = before == std::string_view::npos ? 0 : before + 1;
        const auto after = text.find('\n', tag.end);
        const auto end = after == std::string_view::npos ? text.size() : after + 1;
        if (is_blank(text.substr(line, tag.begin - line)) &&
            is_blank(text.substr(tag.end, end - tag.end))) {
            tag.line_begin = line;
            tag.line_end = end;
        }
    }
    return tag;
}

// The closing tag that belongs to `open`; its begin is npos when there is none.
Tag closing(std::string_view text, const Tag& open) {
    int depth = 1;
    for (auto tag = next_tag(text, open.end); tag.begin != std::string_view::npos;
         tag = next_tag(text, tag.end)) {
        if (tag.name != open.name)
            continue;
        if (tag.kind == '#' || tag.kind == '^')
            ++depth;
        if (tag.kind == '/' && --depth == 0)
            return tag;
    }
    return {};
}

// Throws unless each section is closed in the order it was opened.
void check_sections(std::string_view name, std::string_view text) {
    std::vector<std::string_view> open;
    for (auto tag = next_tag(text, 0); tag.begin != std::string_view::npos;
         tag = next_tag(text, tag.end)) {
        if (tag.kind == '#' || tag.kind == '^')
            open.push_back(tag.name);
        if (tag.kind != '/')
            continue;
        if (open.empty() || open.back() != tag.name)
            fail(name, "closes a section \"" + std::string(tag.name) + "\" that is not open");
        open.pop_back();
    }
    if (!open.empty())
        fail(name, "has a section \"" + std::string(open.back()) + "\" that is not closed");
}

class Renderer {
  public:
    explicit Renderer(std::string_view name) : name_(name) {}

    void render(std::string_view text, std::vector<const Json*>& scopes, std::string& into) {
        std::size_t at = 0;
        for (auto tag = next_tag(text, 0); tag.begin != std::string_view::npos;
             tag = next_tag(text, at)) {
            into += text.substr(at, tag.line_begin - at);
            at = tag.line_end;
            if (tag.kind == 0) {
                into += value(tag.name, scopes);
                continue;
            }
            const auto close = closing(text, tag);
            section(tag, text.substr(at, close.line_begin - at), scopes, into);
            at = close.line_end;
        }
        into += text.substr(at);
    }

  private:
    static const Json* look_up(std::string_view name, const std::vector<const Json*>& scopes) {
        for (auto scope = scopes.rbegin(); scope != scopes.rend(); ++scope) {
            if (const auto* found = json::find(**scope, name))
                return found;
        }
        return nullptr;
    }

    std::string value(std::string_view name, const std::vector<const Json*>& scopes) const {
        const auto* found = look_up(name, scopes);
        if (found == nullptr || found->is_structured())
            fail(name_, "asks for \"" + std::string(name) + "\", which caas does not give");
        return found->is_string() ? found->get<std::string>() : json::dump(*found);
    }

    static bool stands(const Json* value) {
        if (value == nullptr)
            return false;
        if (value->is_boolean())
            return value->get<bool>();
        if (value->is_number())
            return value->get<double>() != 0;
        return value->is_string() ? !value->get_ref<const std::string&>().empty() : !value->empty();
    }

    void section(
        const Tag& tag,
        std::string_view body,
        std::vector<const Json*>& scopes,
        std::string& into) {
        const auto* found = look_up(tag.name, scopes);
        if (tag.kind == '^') {
            if (!stands(found))
                render(body, scopes, into);
            return;
        }
        if (!stands(found))
            return;
        if (!found->is_array()) {
            scopes.push_back(found);
            render(body, scopes, into);
            scopes.pop_back();
            return;
        }
        for (const auto& item : *found) {
            scopes.push_back(&item);
            render(body, scopes, into);
            scopes.pop_back();
        }
    }

    std::string_view name_;
};

}  // namespace

Template Template::load(const std::filesystem::path& folder, std::string_view name) {
    const auto path = folder / (std::string(name) + ".md");
    std::error_code fault;
    if (!std::filesystem::is_regular_file(path, fault))
        fail(name, "is missing");
    return parse(name, read_file(path, largest_file));
}

Template Template::parse(std::string_view name, std::string_view text) {
    const auto system = find_line(text, "## system");
    const auto user = find_line(text, "## user");
    if (system.first == std::string_view::npos || user.first == std::string_view::npos ||
        user.first < system.second)
        fail(name, "needs a line \"## system\" and below it a line \"## user\"");
    Template made;
    made.name_ = std::string(name);
    made.digest_ = sha256_hex(text);
    made.system_ = std::string(trimmed(text.substr(system.second, user.first - system.second)));
    made.user_ = std::string(trimmed(text.substr(user.second)));
    check_sections(name, made.system_);
    check_sections(name, made.user_);
    return made;
}

Template::Text Template::render(const Json& values) const {
    Text text;
    Renderer renderer(name_);
    std::vector<const Json*> scopes{&values};
    renderer.render(system_, scopes, text.system);
    renderer.render(user_, scopes, text.user);
    return text;
}

}  // namespace caas::provider

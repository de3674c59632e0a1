#include "core/platform/meta/listing.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "core/text/utf8.h"

namespace caas::platform::meta {
namespace {

constexpr std::chrono::milliseconds look_timeout = std::chrono::seconds(10);

std::string_view stripped(std::string_view text) {
    constexpr std::string_view blanks = " \t\n\v\f\r";
    const auto first = text.find_first_not_of(blanks);
    if (first == text.npos)
        return "";
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool is_known(const Journal& journal, const std::string& id) {
    return std::ranges::any_of(journal, [&](const Entry& entry) { return entry.remote_id == id; });
}

bool is_wanted(
    const Json& post, const Fields& fields, const Wanted& wanted, const std::string& text) {
    if (!wanted.url.empty() && json::text_or(post, fields.url, "") == wanted.url)
        return true;
    const auto made = parse_time(json::text_or(post, fields.time, ""));
    if (made && *made < wanted.since)
        return false;
    if (!fields.parent.empty() && !wanted.reply_to.empty()) {
        const auto* parent = json::path(post, {fields.parent, "id"});
        if (parent == nullptr || *parent != wanted.reply_to)
            return false;
    }
    return is_same_text(text, json::text_or(post, fields.text, ""));
}

}  // namespace

bool is_same_text(std::string_view sent, std::string_view listed) {
    return text::nfc(stripped(sent)) == text::nfc(stripped(listed));
}

std::optional<Found> find_listed(
    const Driver& driver,
    net::Request request,
    const Fields& fields,
    const Wanted& wanted,
    const Publication& publication,
    const Tools& tools) {
    request.total_timeout = look_timeout;
    const auto result = call_harmless(driver, request, tools);
    const auto* answer = std::get_if<Answer>(&result);
    const auto* data = answer != nullptr ? json::find(answer->body, "data") : nullptr;
    if (data == nullptr || !data->is_array())
        return std::nullopt;
    const auto& text = publication.parts.at(static_cast<std::size_t>(wanted.part)).text;
    for (const auto& post : *data) {
        auto id = json::text_or(post, "id", "");
        auto url = json::text_or(post, fields.url, "");
        if (id.empty() || is_known(wanted.journal, id) || publication.is_of_another(id, url) ||
            !is_wanted(post, fields, wanted, text))
            continue;
        return Found{std::move(id), std::move(url), !stripped(text).empty()};
    }
    return std::nullopt;
}

}  // namespace caas::platform::meta

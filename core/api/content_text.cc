#include "core/api/content_text.h"

#include <string_view>

#include <nlohmann/json.hpp>

#include "core/api/render.h"
#include "core/base/time_zone.h"

namespace caas::api {
namespace {

// Members of one object, in the order they are said in: that of the alphabet, as dump() has it.
class Members {
  public:
    explicit Members(std::string& to) : to_(to) { to_ += '{'; }

    // A value that is JSON already.
    void raw(std::string_view key, std::string_view value) {
        begin(key);
        to_ += value;
    }

    void text(std::string_view key, std::string_view value) {
        begin(key);
        json::append_text(to_, value);
    }

    void number(std::string_view key, std::int64_t value) { raw(key, std::to_string(value)); }

    void time(std::string_view key, Instant value) {
        begin(key);
        to_.append("\"").append(to_rfc3339(value)).append("\"");
    }

    void maybe(std::string_view key, const std::optional<std::string>& value) {
        value ? text(key, *value) : raw(key, "null");
    }

    void maybe(std::string_view key, const std::optional<std::int64_t>& value) {
        value ? number(key, *value) : raw(key, "null");
    }

    void begin(std::string_view key) {
        to_.append(is_first_ ? "\"" : ",\"").append(key).append("\":");
        is_first_ = false;
    }

    void end() { to_ += '}'; }

  private:
    std::string& to_;
    bool is_first_ = true;
};

// The parts of a stored body; nullopt when it was not written by canonical().
struct Pieces {
    std::string_view language, marks, overrides, parts;
    std::string_view text;  // of the first part
};

std::optional<Pieces> pieces_of(std::string_view body) {
    const auto language = json::slice_of(body, "language");
    const auto marks = json::slice_of(body, "marks");
    const auto overrides = json::slice_of(body, "overrides");
    const auto parts = json::slice_of(body, "parts");
    if (!language || !marks || !overrides || !parts)
        return std::nullopt;
    const auto first = json::first_slice(*parts);
    const auto text = first ? json::slice_of(*first, "text") : std::nullopt;
    if (first && !text)
        return std::nullopt;
    return Pieces{*language, *marks, *overrides, *parts, text.value_or("\"\"")};
}

void append_version(std::string& to, const content::Version& version, const Pieces& body) {
    const auto& making = version.making;
    Members out(to);
    // Seldom there, and small.
    out.raw(
        "brief",
        making.brief ? json::dump(json::try_parse(*making.brief).value_or(Json())) : "null");
    out.text("content_id", version.content.text());
    out.raw(
        "cost_usd",
        making.cost_microdollars
            ? json::dump(Json(static_cast<double>(*making.cost_microdollars) / 1e6))
            : "null");
    out.time("created_at", version.created_at);
    out.text("digest", version.digest);
    out.text("id", version.id.text());
    out.maybe("input_tokens", making.input_tokens);
    out.raw("language", body.language);
    out.maybe("latency_ms", making.latency_ms);
    out.raw("marks", body.marks);
    out.maybe("model", making.model);
    out.number("number", version.number);
    out.text("origin", content::name(making.origin));
    out.maybe("output_tokens", making.output_tokens);
    out.raw("overrides", body.overrides);
    out.raw("parts", body.parts);
    out.maybe("provider", making.provider);
    out.maybe("restored_from", making.restored_from);
    out.maybe("template", making.template_name);
    out.maybe("template_digest", making.template_digest);
    out.end();
}

void append_content(std::string& to, const content::Unread& unread) {
    const auto& content = unread.content;
    const auto body = pieces_of(unread.body);
    if (!body) {
        auto read = content;
        read.version.body = content::parse_body(unread.body);
        to += json::dump(render(read));
        return;
    }
    Members out(to);
    out.time("created_at", content.created_at);
    out.text("id", content.id.text());
    out.number("latest", content.latest);
    out.raw("text", body->text);
    out.text("title", content.title);
    out.time("updated_at", content.updated_at);
    out.begin("version");
    append_version(to, content.version, *body);
    out.text("workspace_id", content.workspace.text());
    out.end();
}

}  // namespace

std::string content_list_text(const store::Slice<content::Unread>& slice) {
    std::string text = "{\"items\":[";
    text.reserve(1000 * slice.items.size() + 200);
    for (const auto& item : slice.items) {
        if (text.back() == '}')
            text += ',';
        append_content(text, item);
    }
    text += "],\"next_cursor\":";
    slice.next_cursor ? json::append_text(text, *slice.next_cursor) : void(text += "null");
    text += '}';
    return text;
}

}  // namespace caas::api

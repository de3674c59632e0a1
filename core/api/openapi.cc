#include "core/api/openapi.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <nlohmann/json.hpp>

#include "core/api/schema.h"

namespace caas::api {
namespace {

struct Tag {
    std::string_view name;  // the first segment of the path after /api/v1
    std::string_view description;
};

constexpr auto tags = std::to_array<Tag>({
    {"accounts", "Connected identities on platforms, and their weekly posting times."},
    {"admin", "The installation as a whole, for its owner."},
    {"auth", "Who asks."},
    {"calendar", "What is due when."},
    {"content", "What will be posted, and its versions."},
    {"events", "What changed."},
    {"invitations", "Becoming a member."},
    {"media", "Pictures and videos that posts show."},
    {"meta", "What is supported, and how the daemon is doing."},
    {"oauth", "Where browsers come back to."},
    {"organizations", "Teams: members, tokens, audit log."},
    {"posts", "One version to one account at one time."},
    {"series", "Posts that are sent again and again."},
    {"sign-ins", "Accounts that are being connected with a browser."},
    {"workspaces", "Folders of content and accounts."},
});

constexpr std::string_view base = "/api/v1/";

std::string_view tag_of(const Route& route) {
    if (!route.pattern.starts_with(base))
        return "meta";
    const auto rest = route.pattern.substr(base.size());
    const auto first = rest.substr(0, rest.find('/'));
    const auto* row =
        std::find_if(tags.begin(), tags.end(), [&](const Tag& tag) { return tag.name == first; });
    return row == tags.end() ? "meta" : row->name;
}

std::vector<std::string_view> words(std::string_view list) {
    std::vector<std::string_view> out;
    while (!list.empty()) {
        const auto end = std::min(list.find(' '), list.size());
        if (end > 0)
            out.push_back(list.substr(0, end));
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return out;
}

Json reference(std::string_view kind, std::string_view name) {
    return {{"$ref", "#/components/" + std::string(kind) + "/" + std::string(name)}};
}

// "Post[]" is a list of posts.
std::optional<std::string_view> item_of(std::string_view answer) {
    if (!answer.ends_with("[]"))
        return std::nullopt;
    return answer.substr(0, answer.size() - 2);
}

Json answer_schema(std::string_view answer) {
    if (const auto item = item_of(answer))
        return reference("schemas", std::string(*item) + "List");
    return reference("schemas", answer);
}

Json list_schema(std::string_view item) {
    return {
        {"type", "object"},
        {"required", Json::array({"items", "next_cursor"})},
        {"properties",
         {{"items", {{"type", "array"}, {"items", reference("schemas", item)}}},
          {"next_cursor",
           {{"type", Json::array({"string", "null"})},
            {"description", "For ?cursor=; null at the end."}}}}}};
}

Json parameter(std::string_view name, std::string_view place, bool is_required) {
    const auto key = place == "path" ? "{" + std::string(name) + "}" : std::string(name);
    const auto* known = json::find(parameters(), key);
    Json out{
        {"name", name},
        {"in", place},
        {"required", is_required},
        {"description", "Which one."},
        {"schema", {{"type", "string"}}}};
    if (known != nullptr)
        out.update(*known);
    return out;
}

// Elsewhere the path says it all.
bool acts_in_a_workspace(const Route& route) {
    constexpr std::array<std::string_view, 3> others{
        "/api/v1/auth/", "/api/v1/admin/", "/api/v1/organizations"};
    return route.access == Access::signed_in && std::ranges::none_of(others, [&](auto beginning) {
               return route.pattern.starts_with(beginning);
           });
}

Json parameters_of(const Route& route) {
    auto out = Json::array();
    for (auto rest = route.pattern; rest.find('{') != std::string_view::npos;) {
        rest.remove_prefix(rest.find('{') + 1);
        out.push_back(parameter(rest.substr(0, rest.find('}')), "path", true));
    }
    for (const auto name : words(route.query))
        out.push_back(parameter(name, "query", false));
    if (acts_in_a_workspace(route)) {
        out.push_back(reference("parameters", "Caas-Organization"));
        out.push_back(reference("parameters", "Caas-Workspace"));
    }
    if (takes_key(route))
        out.push_back(reference("parameters", "Idempotency-Key"));
    if (route.has_etag)
        out.push_back(reference("parameters", "If-Match"));
    if (is_tagged(route))
        out.push_back(reference("parameters", "If-None-Match"));
    return out;
}

Json headers_of(const Route& route) {
    Json out{{"X-Request-Id", reference("headers", "X-Request-Id")}};
    if (rate_of(route) != Rate::none) {
        for (const auto* name : {"RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"})
            out[name] = reference("headers", name);
    }
    if (is_tagged(route) || (route.has_etag && route.method != "DELETE"))
        out["ETag"] = reference("headers", "ETag");
    if (takes_key(route))
        out["Idempotent-Replayed"] = reference("headers", "Idempotent-Replayed");
    return out;
}

Json success(const Route& route, std::string_view answer) {
    Json out{{"description", "Done."}, {"headers", headers_of(route)}};
    if (answer.empty())
        return out;
    for (const auto type : words(route.media_type))
        out["content"][type]["schema"] = answer_schema(answer);
    return out;
}

std::string error_name(int status) {
    return "error_" + std::to_string(status);
}

// Who went away hears nothing; the rest is said.
bool is_said(const Codes& codes, const CodeFacts& row) {
    return codes.has(row.code) && row.code != Code::canceled;
}

Json answers_of(const Route& route) {
    auto out = Json::object();
    out[std::to_string(route.status)] = success(route, route.answer);
    if (!route.other_answer.empty())
        out[std::to_string(route.other_status)] = success(route, route.other_answer);
    if (route.other_status >= 400)
        out[std::to_string(route.other_status)]["description"] =
            "Nothing came of it; the page says why.";
    if (route.can_stream) {
        // Also of what is not stored.
        auto whole = success(route, route.answer);
        whole["content"]["text/event-stream"]["schema"] = {{"type", "string"}};
        out["200"] = std::move(whole);
    }
    if (route.has_ranges) {
        auto piece = success(route, route.answer);
        piece["description"] = "What Range asked for.";
        out["206"] = std::move(piece);
        out["416"] = {
            {"description",
             "Range asks for what lies behind the end, or for several pieces at once."}};
    }
    if (is_tagged(route))
        out["304"] = {{"description", "It is still what the ETag names."}};
    const auto codes = codes_of(route);
    for (const auto& row : all_codes()) {
        if (is_said(codes, row))
            out[std::to_string(row.http_status)] =
                reference("responses", error_name(row.http_status));
    }
    out["default"] = reference("responses", "error");
    return out;
}

std::string description_of(const Route& route) {
    std::string out;
    if (route.access == Access::open) {
        out = "Needs no token.";
    } else {
        const auto& permission = access::permission(route.action);
        out = "Needs the permission `" + std::string(permission.name) +
              "`, and of a token the scope `" + std::string(access::name(permission.least)) +
              "` or a wider one.";
    }
    if (route.method != "GET" && is_idempotent(route))
        out += " Repeating it changes nothing more.";
    return out;
}

Json operation(const Route& route) {
    auto codes = Json::array();
    const auto said = codes_of(route);
    for (const auto& row : all_codes()) {
        if (is_said(said, row))
            codes.push_back(row.name);
    }
    std::string summary(route.summary);
    summary.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(summary.front())));
    Json out{
        {"operationId", route.id},
        {"summary", std::move(summary)},
        {"description", description_of(route)},
        {"tags", Json::array({tag_of(route)})},
        {"responses", answers_of(route)},
        {"x-codes", std::move(codes)}};
    if (auto list = parameters_of(route); !list.empty())
        out["parameters"] = std::move(list);
    if (route.access == Access::open)
        out["security"] = Json::array();
    if (route.body.empty() && route.method == "POST")
        out["requestBody"] = {
            {"required", false},
            {"content", {{"application/json", {{"schema", reference("schemas", "Nothing")}}}}}};
    if (!route.body.empty())
        out["requestBody"] = {
            {"required", true},
            {"content", {{route.body_type, {{"schema", reference("schemas", route.body)}}}}}};
    return out;
}

Json error_answer(std::string_view description) {
    return {
        {"description", description},
        {"headers",
         {{"X-Request-Id", reference("headers", "X-Request-Id")},
          {"Retry-After", reference("headers", "Retry-After")}}},
        {"content", {{"application/problem+json", {{"schema", reference("schemas", "Problem")}}}}}};
}

Json error_answers() {
    Codes used;
    for (const auto& route : routes())
        used = used.with(codes_of(route));
    Json out{{"error", error_answer("Something else went wrong.")}};
    for (const auto& row : all_codes()) {
        const auto name = error_name(row.http_status);
        if (is_said(used, row) && !out.contains(name))
            out[name] = error_answer(std::string(row.title) + ".");
    }
    return out;
}

Json header(std::string_view description, std::string_view type) {
    return {{"description", description}, {"schema", {{"type", type}}}};
}

Json headers() {
    return {
        {"X-Request-Id", header("Names this request in the log.", "string")},
        {"RateLimit-Limit", header("Calls of this kind in a minute.", "integer")},
        {"RateLimit-Remaining", header("Calls that are left in this minute, at least.", "integer")},
        {"RateLimit-Reset", header("Seconds until the next minute begins.", "integer")},
        {"Retry-After", header("Seconds after which trying again makes sense.", "integer")},
        {"ETag", header("Names this state of the thing.", "string")},
        {"Idempotent-Replayed", header("true: this is the answer of an earlier call.", "string")}};
}

Json header_parameters() {
    auto out = Json::object();
    for (const auto* name :
         {"Caas-Organization", "Caas-Workspace", "Idempotency-Key", "If-Match", "If-None-Match"})
        out[name] = parameter(name, "header", false);
    return out;
}

std::vector<std::string> names_in(std::string_view query) {
    std::vector<std::string> out;
    for (const auto word : words(query)) {
        const auto* known = json::find(parameters(), word);
        out.push_back(known == nullptr ? std::string(word) : json::text_or(*known, "name", word));
    }
    return out;
}

}  // namespace

const std::vector<std::string>& query_names(const Route& route) {
    // Asked for every request that has a query.
    static const auto all = [] {
        std::map<std::string_view, std::vector<std::string>> made;
        for (const auto& each : routes())
            made.emplace(each.id, names_in(each.query));
        return made;
    }();
    return all.at(route.id);
}

bool takes_key(const Route& route) {
    // To compare a long body with one that came before it would have to be held.
    return route.access == Access::signed_in && route.method != "GET" &&
           rate_of(route) != Rate::read && route.body_type == "application/json";
}

Json openapi(std::string_view version) {
    auto paths = Json::object();
    auto named = schemas();
    std::set<std::string_view> used;
    for (const auto& route : routes()) {
        auto method = std::string(route.method);
        std::transform(method.begin(), method.end(), method.begin(), [](unsigned char letter) {
            return static_cast<char>(std::tolower(letter));
        });
        paths[std::string(route.pattern)][method] = operation(route);
        used.insert(tag_of(route));
        if (const auto item = item_of(route.answer))
            named[std::string(*item) + "List"] = list_schema(*item);
    }
    auto tag_list = Json::array();
    for (const auto& tag : tags) {
        if (used.contains(tag.name))
            tag_list.push_back({{"name", tag.name}, {"description", tag.description}});
    }
    return {
        {"openapi", "3.1.0"},
        {"info",
         {{"title", "caas"},
          {"version", version},
          {"description",
           "Writes social posts with AI, keeps versions, schedules them and publishes each exactly "
           "once. A trailing slash of a path is optional. Errors are problem documents (RFC 9457) "
           "with a stable code."},
          {"license", {{"name", "MIT"}, {"identifier", "MIT"}}},
          {"contact", {{"name", "Whoever runs this installation"}}}}},
        {"servers", Json::array({{{"url", "/"}}})},
        {"security", Json::array({{{"bearer", Json::array()}}})},
        {"tags", std::move(tag_list)},
        {"paths", std::move(paths)},
        {"components",
         {{"schemas", std::move(named)},
          {"parameters", header_parameters()},
          {"headers", headers()},
          {"responses", error_answers()},
          {"securitySchemes",
           {{"bearer",
             {{"type", "http"},
              {"scheme", "bearer"},
              {"description", "An API token (caas_…) or an access token."}}}}}}}};
}

}  // namespace caas::api

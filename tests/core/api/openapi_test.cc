// The route table, the schemas and the OpenAPI document agree with each other and with what is
// done.
#include "core/api/openapi.h"

#include <set>

#include <doctest/doctest.h>

#include "core/api/schema.h"
#include "tests/core/api/server.h"

namespace caas {
namespace {

using api::Route;
using api::Server;

std::vector<std::string> words(std::string_view list) {
    std::vector<std::string> out;
    for (std::size_t at = 0; at < list.size();) {
        const auto end = std::min(list.find(' ', at), list.size());
        if (end > at)
            out.emplace_back(list.substr(at, end - at));
        at = end + 1;
    }
    return out;
}

std::string schema_name(std::string_view answer) {
    return std::string(answer.ends_with("[]") ? answer.substr(0, answer.size() - 2) : answer);
}

void gather_references(const Json& value, std::set<std::string>& names) {
    if (value.is_object()) {
        if (const auto name = json::text(value, "$ref"))
            names.insert(name->substr(name->rfind('/') + 1));
    }
    if (value.is_structured()) {
        for (const auto& inner : value)
            gather_references(inner, names);
    }
}

// A path of the route for things that are not there, in the organization of the caller.
std::string some_target(const Route& route, const Server& server) {
    std::string out(route.pattern);
    constexpr std::string_view organizations = "/api/v1/organizations/";
    if (out.starts_with(organizations))
        out.replace(organizations.size(), 4, server.organization());
    for (auto at = out.find('{'); at != std::string::npos; at = out.find('{'))
        out.replace(at, out.find('}') + 1 - at, "0000");
    return out;
}

TEST_CASE("every route says all that its documentation needs") {
    std::set<std::string_view> ids;
    for (const auto& route : api::routes()) {
        CAPTURE(route.method);
        CAPTURE(route.pattern);
        CHECK_FALSE(route.summary.empty());
        CHECK_FALSE(route.id.empty());
        CHECK(route.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string_view::npos);
        CHECK(ids.insert(route.id).second);
        CHECK(route.answer.empty() == (route.status == 204));
        if (!route.answer.empty())
            CHECK(api::schemas().contains(schema_name(route.answer)));
        if (!route.body.empty()) {
            REQUIRE(api::schemas().contains(route.body));
            CHECK_FALSE(api::schemas().at(std::string(route.body)).at("examples").empty());
        }
        for (const auto& name : words(route.query))
            CHECK(api::parameters().contains(name));
        if (route.method == "GET") {
            CHECK(route.body.empty());
            CHECK_FALSE(route.has_etag);
        }
    }
}

TEST_CASE("every schema is used, every reference leads to one, every example fits") {
    std::set<std::string> used{"Problem", "Nothing"};
    for (const auto& route : api::routes())
        used.insert(
            {std::string(route.body), schema_name(route.answer), schema_name(route.other_answer)});
    for (const auto& [name, schema] : api::schemas().items())
        gather_references(schema, used);
    used.erase("");
    for (const auto& name : used)
        CHECK_MESSAGE(api::schemas().contains(name), name);
    for (const auto& item : api::schemas().items()) {
        const auto& name = item.key();
        const auto& schema = item.value();
        CHECK_MESSAGE(used.contains(name), name);
        for (const auto& example : schema.value("examples", Json::array()))
            CHECK_MESSAGE(api::faults_of(example, schema) == std::vector<std::string>{}, name);
    }
}

TEST_CASE("the document is at api schema, without a token, and names what the registries know") {
    Server server;
    const auto answer =
        server.send("GET", "/api/schema/", nullptr, std::optional<access::Principal>{});
    CHECK(answer.status == 200);
    CHECK(answer.json.at("openapi") == "3.1.0");
    CHECK(answer.json.at("info").at("version") == "1.2.3");
    const auto& paths = answer.json.at("paths");
    std::size_t operations = 0;
    for (const auto& path : paths)
        operations += path.size();
    CHECK(operations == api::routes().size());
    const auto& brief =
        answer.json.at("components").at("schemas").at("Brief").at("properties").at("platform");
    CHECK(brief.at("enum").size() == platform::all().size() + 1);
    CHECK(answer.text.find("x-enum") == std::string::npos);

    const auto& generate = paths.at("/api/v1/content/generate").at("post");
    CHECK(generate.at("responses").at("200").at("content").contains("text/event-stream"));
    CHECK(generate.at("responses").at("201").at("content").contains("application/json"));
    const auto& edit = paths.at("/api/v1/content/{id}").at("patch");
    CHECK(edit.at("responses").contains("412"));
    CHECK(edit.dump().find("parameters/If-Match") != std::string::npos);
    CHECK(edit.dump().find("parameters/Caas-Workspace") != std::string::npos);
    const auto& members = paths.at("/api/v1/organizations/{id}/members").at("get");
    CHECK(members.dump().find("parameters/Caas-") == std::string::npos);
    CHECK(paths.at("/healthz").at("get").at("security").empty());
    CHECK_FALSE(paths.at("/healthz").at("get").at("responses").contains("304"));

    const auto& form = paths.at("/device").at("post").at("requestBody").at("content");
    CHECK(form.contains("application/x-www-form-urlencoded"));
    CHECK(form.size() == 1);
    const auto& file = paths.at("/api/v1/media/{id}/file").at("get").at("responses");
    CHECK(file.at("200").at("content").contains("image/webp"));
    CHECK(file.at("206").at("content").contains("video/mp4"));
}

TEST_CASE("what is read with an ETag is what the document says of it") {
    Server server;
    for (const auto& route : api::routes()) {
        if (route.method != "GET" || route.pattern.find('{') != std::string_view::npos)
            continue;
        const auto answer = server.call("GET", std::string(route.pattern));
        if (answer.status == 200)
            CHECK_MESSAGE(!answer.header("ETag").empty() == api::is_tagged(route), route.pattern);
    }
}

TEST_CASE("a route takes the query parameters that its row names and no other") {
    Server server;
    for (const auto& route : api::routes()) {
        CAPTURE(route.method);
        CAPTURE(route.pattern);
        const auto target = some_target(route, server);
        const auto is_unknown = [&](const std::string& name) {
            const auto answer =
                server.call(std::string(route.method), target + "?" + name + "=" + "&zz=");
            return answer.text.find("query parameter `" + name + "`") != std::string::npos;
        };
        for (const auto& word : words(route.query)) {
            const auto name = json::text_or(api::parameters().at(word), "name", word);
            CHECK_MESSAGE(!is_unknown(name), name);
        }
        // Watchdogs may call those as they like, and platforms add to their answers what they like.
        const bool is_free =
            route.pattern == "/healthz" || route.pattern == "/readyz" || route.id == "land_sign_in";
        CHECK(route.takes_any_query == is_free);
        CHECK(is_unknown("qwertyuiop") != is_free);
    }
}

TEST_CASE(
    "a post with a query parameter that there is not is not made, and does not go out at once") {
    Server server;
    const Json order{{"content_id", server.add("Later.")}, {"accounts", {"outbox"}}};

    const auto answer = server.call("POST", "/api/v1/posts?in_seconds=86400", order);

    CHECK(answer.status == 422);
    CHECK(answer.json.at("detail") == "There is no query parameter `in_seconds` here");
    CHECK(server.call("GET", "/api/v1/posts").json.at("items").empty());
}

TEST_CASE("a body has the fields that its schema names and no other") {
    Server server;
    for (const auto& route : api::routes()) {
        // A form is tried in media_test.cc. What Stripe sends grows as Stripe likes.
        if (route.body.empty() || route.body_type != "application/json" ||
            route.body == "StripeEvent")
            continue;
        CAPTURE(route.method);
        CAPTURE(route.pattern);
        const auto& schema = api::schemas().at(std::string(route.body));
        CHECK(schema.at("additionalProperties") == false);
        const auto send = [&](const Json& body) {
            return server.call(std::string(route.method), some_target(route, server), body).json;
        };
        // What is not known is said, whatever else may be wrong; what is known never is.
        auto whole = schema.at("examples").at(0);
        for (const auto& property : schema.at("properties").items()) {
            const auto& name = property.key();
            auto body = whole;
            body[name] = nullptr;
            CAPTURE(name);
            CHECK(send(body).dump().find("unknown_field") == std::string::npos);
        }
        whole["qwertyuiop"] = 1;
        const auto answer = send(whole);
        CHECK_MESSAGE(answer.dump().find("unknown_field") != std::string::npos, answer.dump());
    }
}

}  // namespace
}  // namespace caas

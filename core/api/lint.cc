// content/lint: checks a text, parts or a stored content against platforms' rules, no network.
#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "core/api/body_fields.h"
#include "core/api/fields.h"
#include "core/api/lint_json.h"
#include "core/api/route.h"
#include "core/base/error.h"
#include "core/content/content.h"
#include "core/flow/media.h"

namespace caas::api {
namespace {

std::vector<const platform::Driver*> take_platforms(Fields& fields) {
    std::vector<const platform::Driver*> drivers;
    auto names = fields.texts("platforms").value_or(std::vector<std::string>{});
    if (const auto one = fields.text("platform"))
        names.push_back(*one);
    for (const auto& name : names) {
        const auto* driver = &platform::get(name);
        if (std::find(drivers.begin(), drivers.end(), driver) == drivers.end())
            drivers.push_back(driver);
    }
    if (drivers.empty()) {
        for (const auto* driver : platform::all()) {
            if (driver->limits.text_limit > 0)
                drivers.push_back(driver);
        }
    }
    return drivers;
}

content::Body stored_body(
    store::Reader& reader,
    const WorkspaceId& workspace,
    const std::string& id,
    const std::optional<std::int64_t>& number) {
    const auto content = content::resolve(reader, workspace, id);
    if (!number)
        return content::get(reader, workspace, content).version.body;
    const auto version = content::find_version(reader, workspace, content, *number);
    if (!version)
        throw Error(Code::not_found, "The content has no version " + std::to_string(*number));
    return version->body;
}

Response lint(Call& call) {
    const auto json = call.json();
    Fields fields(json);
    content::Body body;
    const auto parts = take_parts(fields);
    const bool has_overrides = fields.has("overrides");
    take_overrides(fields, body);
    const auto id = fields.text("content_id");
    const auto number = fields.integer("version", 1, INT32_MAX);
    const auto drivers = take_platforms(fields);
    fields.finish();
    if (parts.has_value() == id.has_value())
        throw Error(Code::invalid, "Give either `text`, `parts` or `content_id`");
    if (id ? has_overrides : number.has_value())
        throw Error(
            Code::invalid,
            id ? "A stored content brings its own `overrides`" : "`version` needs a `content_id`");
    const auto reports = call.tools().store.read([&](store::Reader& reader) {
        const auto& workspace = call.principal.workspace;
        if (parts) {
            body.parts = *parts;
            flow::resolve_media(reader, workspace, body);
        } else {
            body = stored_body(reader, workspace, *id, number);
        }
        std::vector<platform::Report> made;
        for (const auto* driver : drivers) {
            auto limits = driver->limits;
            limits.needs_alt = call.tools().settings.truth("media.needs_alt");
            made.push_back(platform::lint(
                *driver,
                flow::platform_parts(call.tools(), reader, workspace, body, driver->id, limits),
                platform::MediaRule::may_come_later,
                limits,
                content::options_for(body, driver->id)));
        }
        return made;
    });
    return json_response(200, {{"platforms", lint_json(reports)}});
}

constexpr std::array rows{
    Route{
        .method = "POST",
        .pattern = "/api/v1/content/lint",
        .action = access::Action::read,
        .handle = lint,
        .summary = "check a text against platforms' rules",
        .most_body_bytes = 2U << 20U,
        .id = "lint_content",
        .body = "LintOrder",
        .answer = "LintReport",
        .is_idempotent = true,
        .rate = Rate::read},
};

}  // namespace

std::span<const Route> lint_routes() {
    return rows;
}

}  // namespace caas::api

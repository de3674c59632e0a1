// platforms, providers, status, healthz, readyz: what is supported and how this process is doing.
#include <array>

#include <nlohmann/json.hpp>

#include "core/api/render.h"
#include "core/api/route.h"
#include "core/base/error.h"
#include "core/base/time_zone.h"
#include "core/delivery/queue.h"
#include "core/flow/provider_choice.h"
#include "core/platform/driver.h"
#include "core/platform/option.h"

namespace caas::api {
namespace {

Json render_limits(const platform::Limits& limits) {
    const auto or_none = [](int number) { return number == 0 ? Json() : Json(number); };
    return {
        {"text", or_none(limits.text_limit)},
        {"unit", platform::name(limits.unit)},
        {"text_recommended", or_none(limits.text_recommended)},
        {"text_bytes", or_none(limits.text_bytes)},
        {"hashtags", or_none(limits.hashtags_limit)},
        {"mentions", or_none(limits.mentions_limit)},
        {"media", limits.media_limit},
        {"needs_media", limits.needs_media},
        {"has_threads", limits.has_threads},
        {"has_comments", limits.has_comments},
        {"parts", or_none(limits.parts_limit)}};
}

Response platforms(Call& /*call*/) {
    auto items = Json::array();
    for (const auto* driver : platform::all()) {
        auto fields = Json::array();
        for (const auto& field : driver->fields)
            fields.push_back(
                {{"name", field.name},
                 {"label", field.label},
                 {"environment", field.environment},
                 {"is_required", field.is_required}});
        items.push_back(
            {{"id", driver->id},
             {"title", driver->title},
             {"can_publish", driver->can_publish()},
             {"limits", render_limits(driver->limits)},
             {"options", platform::options_schema(*driver)},
             {"connect", std::move(fields)}});
    }
    return json_response(200, {{"items", std::move(items)}, {"next_cursor", nullptr}});
}

Response providers(Call& call) {
    const auto& settings = call.tools().settings;
    const auto* chosen = &flow::choose_provider(settings, "");
    auto items = Json::array();
    for (const auto* driver : provider::all()) {
        const auto endpoint = flow::endpoint_of(settings, *driver);
        items.push_back(
            {{"id", driver->id},
             {"title", driver->title},
             {"model",
              endpoint.model.empty() ? std::string(driver->default_model) : endpoint.model},
             {"base_url",
              endpoint.base_url.empty() ? std::string(driver->default_base_url)
                                        : endpoint.base_url},
             {"needs_key", driver->needs_key},
             {"is_configured", flow::is_configured(settings, *driver)},
             {"is_default", driver == chosen}});
    }
    return json_response(200, {{"items", std::move(items)}, {"next_cursor", nullptr}});
}

Response status(Call& call) {
    const auto now = call.tools().clock.now();
    const auto vital = call.context.vital();
    const auto facts = call.tools().store.read([&](store::Reader& reader) {
        return delivery::queue_facts(reader, call.principal.workspace, now);
    });
    return json_response(
        200,
        {{"version", vital.version},
         {"daemon", {{"is_running", vital.is_daemon_running}, {"description", said(vital.daemon)}}},
         {"queue",
          {{"waiting", facts.waiting},
           {"due", facts.due},
           {"in_hand", facts.in_hand},
           {"unconfirmed", facts.unconfirmed},
           {"next_due", or_null(facts.next_due)},
           {"lateness_ms", facts.lateness.count()}}}});
}

Response healthz(Call& call) {
    return json_response(200, {{"status", "ok"}, {"version", call.context.vital().version}});
}

// A due post may wait this long for a worker before somebody should look (interfaces.md).
constexpr auto most_lateness = std::chrono::seconds(60);

Response readyz(Call& call) {
    const auto now = call.tools().clock.now();
    const auto vital = call.context.vital();
    // Proves that the store can be written, without leaving a trace: what changes no row does not
    // reach the disk, which may be full.
    call.tools().store.write([](store::Transaction& transaction) {
        transaction.execute(
            R"(INSERT INTO engine (id, beat, started_at, description)
VALUES ($1, 0, 0, ''))",
            {""});
        transaction.execute("DELETE FROM engine\nWHERE id = $1", {""});
    });
    const auto facts = call.tools().store.read(
        [&](store::Reader& reader) { return delivery::queue_facts(reader, now); });
    if (facts.due > 0 && facts.lateness > most_lateness && vital.is_scheduler_idle)
        throw Error(
            Code::unavailable,
            "A due post waits for " +
                std::to_string(
                    std::chrono::duration_cast<std::chrono::seconds>(facts.lateness).count()) +
                " s and the scheduler is idle",
            "see the log, then restart caasd");
    return json_response(200, {{"status", "ready"}, {"waiting", facts.waiting}});
}

using access::Action;

constexpr std::array rows{
    Route{
        .method = "GET",
        .pattern = "/api/v1/platforms",
        .action = Action::read,
        .handle = platforms,
        .summary = "list platforms and their limits",
        .id = "list_platforms",
        .answer = "Platform[]"},
    Route{
        .method = "GET",
        .pattern = "/api/v1/providers",
        .action = Action::read,
        .handle = providers,
        .summary = "list providers and whether they are configured",
        .id = "list_providers",
        .answer = "Provider[]"},
    Route{
        .method = "GET",
        .pattern = "/api/v1/status",
        .action = Action::read,
        .handle = status,
        .summary = "show the queue and the daemon",
        .id = "get_status",
        .answer = "Status"},
    Route{
        .method = "GET",
        .pattern = "/healthz",
        .access = Access::open,
        .action = Action::read,
        .handle = healthz,
        .summary = "tell that the process answers",
        .id = "get_health",
        .takes_any_query = true,
        .answer = "Health",
        .rate = Rate::none},
    Route{
        .method = "GET",
        .pattern = "/readyz",
        .access = Access::open,
        .action = Action::read,
        .handle = readyz,
        .summary = "tell that posts can be taken and sent",
        .id = "get_readiness",
        .takes_any_query = true,
        .answer = "Readiness",
        .codes = {Code::unavailable},
        .rate = Rate::none},
};

}  // namespace

std::span<const Route> meta_routes() {
    return rows;
}

}  // namespace caas::api

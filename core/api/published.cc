// What is done with posts that are out: their numbers, and taking them back.
#include <array>

#include <nlohmann/json.hpp>

#include "core/api/fields.h"
#include "core/api/render.h"
#include "core/api/route.h"
#include "core/flow/take_back.h"
#include "core/metric/sample.h"

namespace caas::api {
namespace {

// Moments, not samples: a thread has one sample a part.
constexpr int most_moments = 100;

PostId resolve(Call& call, store::Reader& reader) {
    return delivery::resolve_post(reader, call.principal.workspace, call.id());
}

Response metrics(Call& call) {
    const auto samples = call.tools().store.read([&](store::Reader& reader) {
        return metric::list_samples(
            reader, call.principal.workspace, resolve(call, reader), most_moments);
    });
    return json_response(200, render_list(samples, std::nullopt));
}

Response take_back(Call& call) {
    const auto json = call.json();
    Fields(json).finish();
    const auto id =
        call.tools().store.read([&](store::Reader& reader) { return resolve(call, reader); });
    return json_response(
        200,
        render(flow::take_back(call.tools(), call.principal, id, [&](const delivery::Post& post) {
            if (call.has_match())
                call.require_match(render(post));
        })));
}

using access::Action;

constexpr std::array rows{
    Route{
        .method = "GET",
        .pattern = "/api/v1/posts/{id}/metrics",
        .action = Action::read,
        .handle = metrics,
        .summary = "list what the platform counted of a published post, newest first",
        .id = "list_metrics",
        .answer = "MetricSample[]"},
    Route{
        .method = "POST",
        .pattern = "/api/v1/posts/{id}/take-back",
        .action = Action::publish,
        .handle = take_back,
        .summary = "remove a published post at its platform; it stays on record, and the rest of a "
                   "thread that is half out is not sent",
        .id = "take_back_post",
        .answer = "Post",
        .codes = platform_codes,
        .is_idempotent = true,
        .has_etag = true,
        .stops = true},
};

}  // namespace

std::span<const Route> published_routes() {
    return rows;
}

}  // namespace caas::api

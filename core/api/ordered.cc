#include "core/api/ordered.h"

#include <nlohmann/json.hpp>

#include "core/api/render.h"
#include "core/base/error.h"
#include "core/flow/forecast.h"

namespace caas::api {
namespace {

std::vector<flow::Forecast> foretell(Call& call, std::span<const delivery::Post> posts) {
    std::vector<flow::Forecast> out;
    try {
        call.tools().store.read([&](store::Reader& reader) {
            out.clear();
            for (const auto& post : posts)
                out.push_back(flow::forecast(reader, post));
        });
    } catch (const Error& error) {
        out.clear();
        call.tools().log.write(
            Level::warn, "posts.not_foretold", {{"code", std::string(facts(error.code()).name)}});
    }
    out.resize(posts.size());
    return out;
}

}  // namespace

std::vector<Json> render_ordered(Call& call, std::span<const delivery::Post> posts) {
    const auto foretold = foretell(call, posts);
    std::vector<Json> out;
    for (std::size_t i = 0; i < posts.size(); ++i) {
        auto post = render(posts[i]);
        post["forecast"] = {
            {"cost_usd", static_cast<double>(foretold[i].cost_microdollars) / 1e6},
            {"warnings", foretold[i].full_windows}};
        out.push_back(std::move(post));
    }
    return out;
}

}  // namespace caas::api

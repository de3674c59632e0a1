// How the things of the data model look in JSON; the one place that names their fields. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/access/principal.h"
#include "core/base/json.h"
#include "core/content/content.h"
#include "core/content/voice.h"
#include "core/delivery/attempt.h"
#include "core/delivery/post.h"
#include "core/media/medium.h"
#include "core/metric/sample.h"
#include "core/platform/account.h"
#include "core/schedule/series.h"

namespace caas::api {

Json render(const content::Content& content);
Json render(const content::Version& version);
Json render(const content::Voice& voice);
Json render(const delivery::Post& post);
Json render(const delivery::Attempt& attempt);
Json render(const platform::Account& account);
Json render(const schedule::Series& series);
Json render(const media::Medium& medium);
Json render(const metric::Sample& sample);

Json or_null(const std::optional<std::string>& text);
Json or_null(const std::optional<Instant>& instant);
Json or_null(const std::optional<std::int64_t>& number);
// An empty text is null: it was never said.
Json said(const std::string& text);

// {"items": […], "next_cursor": …}; what an item looks like is said by `render_one`.
template <typename Items, typename Render>
Json render_list(
    const Items& items, const std::optional<std::string>& next_cursor, Render&& render_one) {
    auto list = Json::array();
    for (const auto& item : items)
        list.push_back(render_one(item));
    Json out = Json::object();
    out["items"] = std::move(list);
    out["next_cursor"] = or_null(next_cursor);
    return out;
}

template <typename Items>
Json render_list(const Items& items, const std::optional<std::string>& next_cursor) {
    return render_list(items, next_cursor, [](const auto& item) { return render(item); });
}

}  // namespace caas::api

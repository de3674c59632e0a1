#include "core/flow/forecast.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/time_zone.h"
#include "core/content/version.h"
#include "core/delivery/queue.h"
#include "core/flow/admit.h"
#include "core/platform/driver.h"
#include "core/platform/medium.h"

namespace caas::flow {
namespace {

std::int64_t cost_of(
    store::Reader& reader, const delivery::Post& post, const platform::Driver& driver) {
    if (driver.price_microdollars == nullptr)
        return 0;
    const auto version = content::find_version(reader, post.workspace, post.version);
    if (!version)
        return 0;
    platform::Publication publication;
    publication.post = post.id;
    for (const auto& part : content::parts_for(version->body, post.platform))
        publication.parts.push_back({part.text, platform::media_named(part.media)});
    return driver.price_microdollars(publication);
}

// Which of the account's posts around `due` share a window with it that is fuller than allowed.
bool is_full(const std::vector<Instant>& times, const platform::Rate& rate, Instant due) {
    // Any window of that length that holds `due` begins with one of the posts.
    return std::ranges::any_of(times, [&](Instant begin) {
        if (begin > due || begin <= due - rate.window)
            return false;
        const auto inside = std::ranges::count_if(
            times, [&](Instant at) { return at >= begin && at < begin + rate.window; });
        return inside > rate.most;
    });
}

}  // namespace

Forecast forecast(store::Reader& reader, const delivery::Post& post) {
    Forecast out;
    const auto* driver = platform::find(post.platform);
    if (driver == nullptr)
        return out;
    out.cost_microdollars = cost_of(reader, post, *driver);
    for (const auto& rate : driver->rates) {
        const auto times = delivery::due_times(
            reader,
            post.workspace,
            post.account,
            post.due_at - rate.window,
            post.due_at + rate.window);
        if (is_full(times, rate, post.due_at))
            out.full_windows.push_back(
                std::string(driver->title) + " takes at most " +
                words({"", rate.most, rate.window}) + " from one account: the post due " +
                to_rfc3339(post.due_at) + " will wait");
    }
    return out;
}

void require_room(store::Reader& reader, const std::vector<delivery::Post>& posts) {
    for (const auto& post : posts) {
        const auto found = forecast(reader, post);
        if (!found.full_windows.empty())
            throw Error(
                Code::conflict,
                found.full_windows.front(),
                "choose another time, or set full_window = \"warn\" in [publish]");
    }
}

}  // namespace caas::flow

#include "core/flow/forecast.h"

#include <algorithm>
#include <iterator>
#include <map>

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

// The windows of one account that hold more parts than a platform takes in them, of all that are as
// long as a rate's and hold a post due between `first` and `last`.
class Windows {
  public:
    Windows(
        store::Reader& reader,
        const delivery::Post& post,
        const platform::Driver& driver,
        Instant first,
        Instant last)
        : driver_(driver) {
        if (driver.rates.empty())
            return;
        const auto widest = std::ranges::max(driver.rates, {}, &platform::Rate::window).window;
        const auto sent = delivery::due_parts(
            reader, post.workspace, post.account, first - widest, last + widest);
        for (const auto& rate : driver.rates)
            full_.push_back(full_windows(sent, rate));
    }

    // A sentence for each rate that holds up what is due then.
    std::vector<std::string> warnings(Instant due) const {
        std::vector<std::string> out;
        for (std::size_t i = 0; i < full_.size(); ++i) {
            const auto& rate = driver_.rates[i];
            if (is_inside(full_[i], rate, due))
                out.push_back(
                    std::string(driver_.title) + " takes at most " +
                    words({"", rate.most, rate.window}) + " from one account: the post due " +
                    to_rfc3339(due) + " will wait");
        }
        return out;
    }

  private:
    // When they begin, in order. Any window that is too full begins, as full, with one of the
    // posts.
    static std::vector<Instant> full_windows(
        const std::vector<delivery::DueParts>& sent, const platform::Rate& rate) {
        std::vector<Instant> begins;
        std::int64_t inside = 0;
        std::size_t end = 0;
        for (std::size_t begin = 0; begin < sent.size(); ++begin) {
            for (; end < sent.size() && sent[end].due_at < sent[begin].due_at + rate.window; ++end)
                inside += sent[end].parts;
            if (inside > rate.most)
                begins.push_back(sent[begin].due_at);
            inside -= sent[begin].parts;
        }
        return begins;
    }

    static bool is_inside(
        const std::vector<Instant>& begins, const platform::Rate& rate, Instant due) {
        const auto after = std::ranges::upper_bound(begins, due);
        return after != begins.begin() && *std::prev(after) > due - rate.window;
    }

    const platform::Driver& driver_;
    std::vector<std::vector<Instant>> full_;  // by rate
};

// Of all accounts of the posts, each read once.
std::map<AccountId, Windows> windows_of(
    store::Reader& reader, const std::vector<delivery::Post>& posts) {
    struct Span {
        const delivery::Post* post;
        Instant first;
        Instant last;
    };

    std::map<AccountId, Span> spans;
    for (const auto& post : posts) {
        auto& span =
            spans.try_emplace(post.account, Span{&post, post.due_at, post.due_at}).first->second;
        span.first = std::min(span.first, post.due_at);
        span.last = std::max(span.last, post.due_at);
    }
    std::map<AccountId, Windows> windows;
    for (const auto& [account, span] : spans) {
        if (const auto* driver = platform::find(span.post->platform); driver != nullptr)
            windows.try_emplace(account, reader, *span.post, *driver, span.first, span.last);
    }
    return windows;
}

}  // namespace

Forecast forecast(store::Reader& reader, const delivery::Post& post) {
    Forecast out;
    const auto* driver = platform::find(post.platform);
    if (driver == nullptr)
        return out;
    out.cost_microdollars = cost_of(reader, post, *driver);
    out.full_windows =
        Windows(reader, post, *driver, post.due_at, post.due_at).warnings(post.due_at);
    return out;
}

void require_room(
    const Tools& tools, store::Reader& reader, const std::vector<delivery::Post>& posts) {
    if (tools.settings.text("publish.full_window") != "refuse")
        return;
    const auto windows = windows_of(reader, posts);
    for (const auto& post : posts) {
        const auto its = windows.find(post.account);
        if (its == windows.end())
            continue;
        if (const auto warnings = its->second.warnings(post.due_at); !warnings.empty())
            throw Error(
                Code::conflict,
                warnings.front(),
                "choose another time, or set full_window = \"warn\" in [publish]");
    }
}

}  // namespace caas::flow

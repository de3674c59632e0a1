#include "core/app/token_cache.h"

#include "core/base/digest.h"

namespace caas::app {
namespace {

constexpr auto longest = std::chrono::seconds(1);
constexpr std::size_t most_known = 1000;

}  // namespace

std::optional<access::Principal> TokenCache::find(std::string_view token, const Moment& now) {
    const auto digest = sha256(token);
    const std::scoped_lock lock(mutex_);
    if (now.changes != changes_)
        return std::nullopt;
    const auto at = known_.find(digest);
    if (at == known_.end() || at->second.until <= now.at)
        return std::nullopt;
    return at->second.principal;
}

void TokenCache::keep(
    std::string_view token, const Moment& looked_at, const access::Principal& principal) {
    const auto digest = sha256(token);
    const std::scoped_lock lock(mutex_);
    if (looked_at.changes < changes_)
        return;
    if (looked_at.changes > changes_ || known_.size() >= most_known)
        known_.clear();
    changes_ = looked_at.changes;
    known_.insert_or_assign(digest, Known{principal, looked_at.at + longest});
}

}  // namespace caas::app

// Identifiers: strong types around a UUIDv7 (RFC 9562), so that text order is time order and one
// kind of id does not compile where another is asked for.
#pragma once

#include <compare>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/random.h"

namespace caas {

template <typename Tag>
class Id {
  public:
    Id() = default;

    explicit Id(std::string text) : text_(std::move(text)) {}

    const std::string& text() const noexcept { return text_; }

    bool empty() const noexcept { return text_.empty(); }

    auto operator<=>(const Id&) const = default;
    bool operator==(const Id&) const = default;

  private:
    std::string text_;
};

using PersonId = Id<struct PersonTag>;
using OrganizationId = Id<struct OrganizationTag>;
using WorkspaceId = Id<struct WorkspaceTag>;
using TokenId = Id<struct TokenTag>;
using ContentId = Id<struct ContentTag>;
using VersionId = Id<struct VersionTag>;
using AccountId = Id<struct AccountTag>;
using PostId = Id<struct PostTag>;
using AttemptId = Id<struct AttemptTag>;
using VoiceId = Id<struct VoiceTag>;
using EngineId = Id<struct EngineTag>;
using SeriesId = Id<struct SeriesTag>;

// Makes ids that only grow within one process, even several in one millisecond. Thread-safe.
class IdMaker {
  public:
    IdMaker(const Clock& clock, Random& random) : clock_(clock), random_(random) {}

    std::string text();

    template <typename Kind>
    Kind make() {
        return Kind(text());
    }

  private:
    const Clock& clock_;
    Random& random_;
    std::mutex mutex_;
    std::int64_t last_ms_ = 0;
    std::uint32_t counter_ = 0;
};

// Whether `text` is a whole UUID in lower-case hexadecimal with dashes.
bool is_uuid(std::string_view text);

}  // namespace caas

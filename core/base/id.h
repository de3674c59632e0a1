// Identifiers: strong types around a UUIDv7 (RFC 9562), so that text order is time order and one
// kind of id does not compile where another is asked for.
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/random.h"

namespace caas {

// Held in place: an id is copied often and never grows.
template <typename Tag>
class Id {
  public:
    Id() = default;

    // Any text; one that is longer than an id can be is nobody's.
    explicit Id(std::string_view text)
        : size_(static_cast<std::uint8_t>(std::min(text.size(), most))) {
        std::copy_n(text.begin(), size_, text_.begin());
        if (text.size() > most)
            text_.back() = '~';
    }

    std::string text() const { return std::string(view()); }

    // Valid as long as this id.
    std::string_view view() const noexcept { return {text_.data(), size_}; }

    bool empty() const noexcept { return size_ == 0; }

    std::strong_ordering operator<=>(const Id& other) const noexcept {
        return view() <=> other.view();
    }

    bool operator==(const Id& other) const noexcept { return view() == other.view(); }

  private:
    static constexpr std::size_t most = 36;  // of a UUID's text

    std::array<char, most> text_{};
    std::uint8_t size_ = 0;
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
using MediumId = Id<struct MediumTag>;

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
    // Chance for the next ids: to ask for each alone costs more than the rest of an id.
    std::array<std::uint8_t, 512> chance_{};
    std::size_t used_ = chance_.size();
    std::int64_t last_ms_ = 0;
    std::uint32_t counter_ = 0;
};

// Whether `text` is a whole UUID in lower-case hexadecimal with dashes.
bool is_uuid(std::string_view text);

}  // namespace caas

template <typename Tag>
struct std::hash<caas::Id<Tag>> {
    std::size_t operator()(const caas::Id<Tag>& id) const noexcept {
        return std::hash<std::string_view>{}(id.view());
    }
};

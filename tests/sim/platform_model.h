// Five kinds of platforms, by what they offer against doubles, and a server that accepts creates,
// loses answers, accepts late, and counts what it made.
//
//   plain      creates are not idempotent; nothing can be looked up
//   listing    creates are not idempotent; what was made can be seen, after a while
//   keyed      a record key of our own: a repeat makes nothing, a look is certain
//   token      an idempotency key that is remembered for a time; no look
//   container  made invisibly first, then published once
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/net/http_client.h"
#include "core/platform/driver.h"
#include "tests/sim/chance.h"

namespace caas::sim {

enum class Kind : std::uint8_t { plain, listing, keyed, token, container };

inline constexpr std::array kinds{
    Kind::plain, Kind::listing, Kind::keyed, Kind::token, Kind::container};

const platform::Driver& driver(Kind kind);
std::string_view name(Kind kind);

// One thing that others can see.
struct Thing {
    std::string post;
    int part = 0;
    std::string id;
    std::string parent;  // id of the part before
    std::int64_t at = 0;
};

class PlatformModel final : public net::HttpClient {
  public:
    PlatformModel(Chance& chance, const std::int64_t& now) : chance_(chance), now_(now) {}

    net::Result send(const net::Request& request) override;

    // What was on its way arrives; all of it, or what is due.
    void arrive(bool all);
    bool is_on_its_way(const std::string& post) const;

    int made(const std::string& post, int part) const;

    const std::vector<Thing>& things() const { return things_; }

    bool is_healthy = false;        // no more faults
    std::vector<std::string> late;  // posts of which something arrived after its answer was due

  private:
    struct Create {
        Kind kind = Kind::plain;
        std::string key;
        std::string post;
        int part = 0;
        std::string parent;
        std::int64_t arrives_at = 0;
    };

    std::string accept(const Create& create, bool& was_there);
    net::Result look(Kind kind, const Create& wanted) const;

    Chance& chance_;
    const std::int64_t& now_;
    std::vector<Thing> things_;
    std::map<std::string, std::pair<std::string, std::int64_t>> by_key_;  // id, when it was made
    std::vector<Create> on_its_way_;
    int count_ = 0;
};

}  // namespace caas::sim

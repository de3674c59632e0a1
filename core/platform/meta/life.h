// Where the containers of a part stand, by what the journal says. Pure; keeps no pointer.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>

#include "core/base/json.h"
#include "core/platform/driver.h"

namespace caas::platform::meta {

struct Made {
    std::string id;
    std::string uri;  // where its bytes are pushed to, when they are
    Instant at{};
    bool is_uploaded = false;
    bool is_ready = false;
};

struct Life {
    std::map<std::size_t, Made> items;
    std::optional<Made> whole;
    bool is_out = false;       // the platform says that the container is published
    bool is_done = false;      // so does the journal
    int spoilt = 0;            // containers that came to nothing
    bool is_hopeless = false;  // another one would be no better
    std::string why;           // of the last one
};

Life read_life(const Journal& journal, int part, Instant now);

Json prepared_of(const Entry& entry);
Json cursor_of(const Entry& entry);

}  // namespace caas::platform::meta

// The page on which a person approves that a machine signs in: HTML without scripts, all text
// escaped. Pure functions.
#pragma once

#include <optional>
#include <string>

#include "core/access/device.h"
#include "core/api/response.h"

namespace caas::api {

struct DevicePage {
    std::string code;   // as the person or the link gave it
    std::string email;  // typed before
    std::string fault;  // what went wrong, a sentence; empty: nothing
    bool asks_second_factor = false;
    std::optional<access::NewDevice> device;  // what waits under the code
};

// With 200 whatever went wrong: it is a page for a person, and says it.
Response device_form(const DevicePage& page);
// Nothing more to do: one heading and one sentence.
Response device_end(const std::string& heading, const std::string& text);

}  // namespace caas::api

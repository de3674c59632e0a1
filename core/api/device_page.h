// The page on which a person approves that a machine signs in: HTML without scripts, all text
// escaped. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/access/device.h"
#include "core/access/tenancy.h"
#include "core/api/response.h"

namespace caas::api {

struct DevicePage {
    std::string code;   // as the person or the link gave it
    std::string email;  // typed before
    std::string fault;  // what went wrong, a sentence; empty: nothing
    bool asks_second_factor = false;
    std::string proof;                        // of who the person is, for the second form
    std::optional<access::NewDevice> device;  // what waits under the code
};

// With 200 whatever went wrong: it is a page for a person, and says it.
Response device_form(const DevicePage& page);
// Whoever belongs to several organizations says for which one the machine is signed in.
Response device_choice(const DevicePage& page, const std::vector<access::Seat>& seats);
// Nothing more to do: one heading and one sentence.
Response device_end(const std::string& heading, const std::string& text);

}  // namespace caas::api

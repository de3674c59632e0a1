// The pages of the sandbox: plain HTML without scripts. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/net/http_client.h"
#include "core/sandbox/platform_fault.h"
#include "core/sandbox/shown.h"

namespace caas::sandbox {

// One platform on the page.
struct Wall {
    std::string id;     // "x"
    std::string title;  // "X"
    std::string hint;   // how to connect an account to it
    std::vector<ShownPost> posts;
    int requests = 0;
    std::vector<PlatformFault> faults;  // that mean anything there
    PlatformFault armed = PlatformFault::none;
    bool has_processing = false;
    bool is_slow = false;
    bool has_sign_in = false;
};

std::string wall_page(const std::vector<Wall>& walls, std::string_view said, Instant now);

// Where a person allows the application, or does not.
struct Consent {
    std::string platform;  // its title
    std::string client;
    std::vector<std::string> scopes;
    std::string allow;  // the addresses behind the two answers
    std::string deny;
};

std::string consent_page(const Consent& consent);
std::string problem_page(std::string_view title, std::string_view words);
std::string_view style_sheet();

// With the headers that keep the page to itself.
net::Response html(int status, std::string body);

}  // namespace caas::sandbox

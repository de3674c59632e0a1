// The route table: each row is one operation of the API, served alike to the command line in
// process and to HTTP. One file per resource exports its rows; routes.cc joins them.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/access/principal.h"
#include "core/api/query.h"
#include "core/api/request.h"
#include "core/api/response.h"
#include "core/flow/tools.h"

namespace caas::api {

// What the routes need besides the data: how the rest of the process is doing.
struct Vital {
    std::string version;
    bool is_daemon_running = false;  // in this process or another one on the same data
    std::string daemon;              // what it says of itself: process and address
    bool is_scheduler_idle = false;  // nothing claimed, nothing running
};

// Everything a handler may use; made once by the composition root, which outlives the router.
struct Context {
    const flow::Tools& tools;
    std::function<void()> wake;  // something became due or changed: tell the engines
    std::function<Vital()> vital;
    // Delivers one due post in this process; empty where an engine does it by itself.
    std::function<void(const PostId&, const std::stop_token&)> deliver;
};

// One request on its way through a handler. For one thread.
struct Call {
    const Context& context;
    Request& request;
    const access::Principal& principal;
    std::map<std::string, std::string, std::less<>> path;  // {id} and the like, decoded
    Query query;
    std::uint64_t most_body_bytes;

    const flow::Tools& tools() const { return context.tools; }

    // The body as JSON. Throws Error: unsupported_media_type, too_large, bad_request.
    Json json() const;
    const std::string& id(std::string_view name = "id") const;
};

enum class Access : std::uint8_t { open, signed_in };

struct Route {
    std::string_view method;
    std::string_view pattern;  // "/api/v1/posts/{id}"
    Access access;
    access::Action action;  // looked up in the role and scope tables; unused when open
    Response (*handle)(Call& call);
    std::string_view summary;  // one line, for `caas api` and the OpenAPI document
    std::uint64_t most_body_bytes = 1U << 20U;
};

// All routes, each resource's in the order of its file.
const std::vector<Route>& routes();

std::span<const Route> content_routes();
std::span<const Route> generate_routes();
std::span<const Route> lint_routes();
std::span<const Route> post_routes();
std::span<const Route> account_routes();
std::span<const Route> slot_routes();
std::span<const Route> series_routes();
std::span<const Route> token_routes();
std::span<const Route> workspace_routes();
std::span<const Route> voice_routes();
std::span<const Route> meta_routes();

}  // namespace caas::api

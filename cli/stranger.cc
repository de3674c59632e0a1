#include "cli/stranger.h"

#include <nlohmann/json.hpp>
#include <strings.h>

#include "core/base/error.h"

namespace caas::cli {
namespace {

std::string header(const Answer& answer, std::string_view name) {
    for (const auto& [known, value] : answer.headers) {
        if (known.size() == name.size() && strncasecmp(known.data(), name.data(), name.size()) == 0)
            return value;
    }
    return {};
}

bool is_page(const Answer& answer) {
    constexpr std::string_view html = "text/html";
    const auto type = header(answer, "Content-Type");
    return type.size() >= html.size() && strncasecmp(type.data(), html.data(), html.size()) == 0;
}

bool is_problem(const Answer& answer) {
    const auto body = json::try_parse(answer.body);
    return body && body->is_object() && !json::text_or(*body, "code", "").empty();
}

[[noreturn]] void refuse_redirect(const Answer& answer, const std::string& server) {
    const auto to = net::parse_url(header(answer, "Location"));
    throw Error(
        Code::usage,
        server + " sends us on to " + (to ? to->origin() : "another address"),
        to ? "if you trust it: --server " + to->origin() : "ask whoever runs it for its address");
}

// In words for those who know what a proxy is, and for those who do not.
[[noreturn]] void refuse_error(int status, const std::string& server) {
    const auto what =
        server + " answered with status " + std::to_string(status) + ", and not as caas does";
    const std::string behind = "a proxy or another program stands there; ";
    switch (status) {
        case 401:
        case 403:
        case 407:
            throw Error(Code::forbidden, what, behind + "it wants a sign-in of its own");
        case 413:
            throw Error(Code::too_large, what, behind + "it lets only shorter requests through");
        case 429:
            throw Error(Code::rate_limited, what, behind + "it asks you to wait");
        case 408:
        case 500:
        case 502:
        case 503:
        case 504:
            throw Error(
                Code::unavailable, what, behind + "the caasd behind it seems not to be running");
        default:
            throw Error(Code::internal, what, behind + "is the address of --server right?");
    }
}

}  // namespace

void require_caas(const Answer& answer, const std::string& server) {
    if (answer.status >= 300 && answer.status < 400 && answer.status != 304)
        refuse_redirect(answer, server);
    if (answer.status >= 400 && !is_problem(answer))
        refuse_error(answer.status, server);
    if (answer.status < 300 && is_page(answer))
        throw Error(
            Code::internal,
            server + " answered with a web page, and not as caas does",
            "is the address of --server right, and does this network want a sign-in first?");
}

bool is_lost_behind(const Answer& answer) {
    const bool is_passing = answer.status == 408 || answer.status == 500 || answer.status == 502 ||
                            answer.status == 503 || answer.status == 504;
    return is_passing && !is_problem(answer);
}

}  // namespace caas::cli

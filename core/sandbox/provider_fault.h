// The ways in which a pretend provider can fail, by names that scripts and prompts use.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace caas::sandbox {

enum class Fault : std::uint8_t {
    none,
    bad_key,
    forbidden,
    quota,
    rate_limit,       // asks to wait two seconds
    rate_limit_long,  // asks to wait an hour
    overloaded,       // the compatible server is loading its model
    server_error,
    html,  // a proxy's page, status 502
    no_model,
    bad_request,
    too_long,
    hang,     // never answers
    blocked,  // the provider's filter
    refusal,  // the model's own words
    cut_off,
    empty,         // an answer without text
    malformed,     // words instead of JSON
    fenced,        // the JSON inside a fence of Markdown; caas can read it
    wrong_shape,   // JSON, but not by the schema
    over_limit,    // posts too long for any platform
    not_json,      // status 200 with a page
    stream_error,  // the provider reports a failure in the middle
    stream_cut,    // the stream ends early
    broken,        // the connection dies in the middle
    slow,          // half a second between the pieces
    no_usage,
};

std::string_view name(Fault fault);
std::optional<Fault> find_fault(std::string_view name);
std::span<const std::string_view> fault_names();

// "fault:rate_limit" or "fault:rate_limit:1" somewhere in a text: always, or for so many requests.
struct Marker {
    Fault fault = Fault::none;
    int times = 0;  // 0: always
    std::string text;
};

std::optional<Marker> find_marker(std::string_view text);

}  // namespace caas::sandbox

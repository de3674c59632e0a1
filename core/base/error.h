// What went wrong, in words for a person and in a code for a program.
//
// Throw Error when this request, command or attempt cannot go on; return a value when the caller
// should branch. Exactly three places catch: the HTTP server, the command line's main and the
// engine's worker. All three look the code up in the one table of error.cc. Thread-safe: values.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace caas {

enum class Code : std::uint8_t {
    internal,
    usage,
    bad_request,
    unauthenticated,
    forbidden,
    not_found,
    method_not_allowed,
    conflict,
    stale,
    too_large,
    unsupported_media_type,
    length_required,
    header_too_large,
    invalid,
    content_rejected,
    rate_limited,
    plan_limit,
    unavailable,
    timeout,
    busy,
    storage_full,
    storage_read_only,
    storage_corrupt,
    storage_newer,
    canceled,
    unconfirmed,
    engine_running,
    platform_refused,
    platform_unavailable,
    platform_sign_in,
    provider_key,
    provider_quota,
    provider_rate_limited,
    provider_blocked,
    provider_too_long,
    provider_cut_off,
    provider_malformed,
    provider_timeout,
    provider_unavailable,
    provider_refused,
};

// One row of the table: what each edge of the program says of a code.
struct CodeFacts {
    Code code;
    std::string_view name;   // stable: scripts compare it
    std::string_view title;  // RFC 9457 `title`
    int http_status;
    int exit_status;  // interfaces.md, "Exit codes"
    bool is_temporary;
};

const CodeFacts& facts(Code code);
std::span<const CodeFacts> all_codes();
// By its stable name.
std::optional<Code> find_code(std::string_view name);
// Whether it is the name of a code that time alone does not mend; false for a name of no code.
bool is_lasting(std::string_view name);

// One thing wrong inside an input: `pointer` is a JSON pointer (RFC 6901) or empty.
struct Detail {
    std::string pointer;
    std::string rule;
    std::string message;
};

class Error : public std::runtime_error {
  public:
    // `message`: one sentence for a person that names the thing; never a secret, path-free where it
    // may leave the machine. `hint`: what to do about it, may be empty.
    Error(
        Code code,
        const std::string& message,
        std::string hint = {},
        std::vector<Detail> details = {});

    Code code() const noexcept { return code_; }

    const std::string& hint() const noexcept { return hint_; }

    const std::vector<Detail>& details() const noexcept { return details_; }

    // Seconds after which trying again makes sense; 0 when unknown.
    int retry_after_s() const noexcept { return retry_after_s_; }

    Error& retry_after(int seconds) {
        retry_after_s_ = seconds;
        return *this;
    }

    // Whether what was asked for may have been done all the same: to ask again may do it twice.
    bool is_undecided() const noexcept { return is_undecided_; }

    Error& leave_undecided() {
        is_undecided_ = true;
        return *this;
    }

  private:
    Code code_;
    std::string hint_;
    std::vector<Detail> details_;
    int retry_after_s_ = 0;
    bool is_undecided_ = false;
};

}  // namespace caas

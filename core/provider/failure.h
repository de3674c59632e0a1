// A call to a provider that did not work, with what a retry needs to know.
//
// Whoever does not retry catches it as the caas::Error it is. Values; thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/net/http_client.h"
#include "core/provider/driver.h"
#include "core/provider/error_body.h"

namespace caas::provider {

// What a driver's file says of its provider to the shared pieces. A constant.
struct Dialect {
    const Driver& driver;
    std::string_view key_variable;  // the environment variable people know
    // What this provider means by an answer that the common table would misread; nullopt: nothing.
    std::optional<Code> (*judge)(int status, const ErrorBody& body);
};

class CallError final : public Error {
  public:
    CallError(Code code, const std::string& message, std::string hint)
        : Error(code, message, std::move(hint)) {}

    // An error of something that also called a provider.
    explicit CallError(const Error& error) : Error(error) {}

    // This error with what `answer` cost and is called, as far as it came.
    CallError about(const Answer& answer) const;

    // HTTP status, 0 when no answer came.
    int status = 0;
    bool may_retry = false;
    // How long the provider asks to wait.
    std::optional<Milliseconds> wait;
    // What the call cost all the same.
    Usage usage;
    // A whole answer came before, which has to be paid for also where its usage is not known.
    bool has_answer = false;
    std::string request_id;
};

// `endpoint` with the driver's own address and model where the configuration names none, and
// without a slash at the end of the address.
Endpoint with_defaults(const Endpoint& endpoint, const Driver& driver);

// An answer that is not 2xx, or an error that came inside one.
CallError refused(
    const Dialect& dialect,
    const Endpoint& endpoint,
    int status,
    const ErrorBody& body,
    const net::Headers& headers,
    Instant now);
// No answer came.
CallError unreachable(
    const Dialect& dialect, const Endpoint& endpoint, const net::Failure& failure);
// The connection ended in the middle of an answer.
CallError cut(const Dialect& dialect, const Endpoint& endpoint);
// An answer came and cannot be used. `why` completes "… answered in a way caas cannot read: ".
CallError malformed(const Driver& driver, const Endpoint& endpoint, std::string_view why);
// Throws when the answer is not whole: provider_cut_off, provider_blocked.
void require_whole(const Answer& answer, const Driver& driver, const Endpoint& endpoint);
// Throws Error(provider_key) when the driver needs a key and there is none.
void require_key(const Dialect& dialect, const Endpoint& endpoint);

// `said` with "[key]" for the endpoint's key, wherever a server repeats it. Whatever is shown of an
// answer goes through this before it is cut, or half a key would stay.
std::string without_key(const Endpoint& endpoint, std::string_view said);

// "12 s", "3 min", "10 h": a wait as people say it.
std::string spoken(Milliseconds wait);

}  // namespace caas::provider

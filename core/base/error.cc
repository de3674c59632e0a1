#include "core/base/error.h"

#include <array>
#include <cstddef>

namespace caas {
namespace {

// Exit statuses are those of interfaces.md: 1 unexpected, 2 usage, 3 not signed in or not allowed,
// 4 input invalid, 5 not found, 6 conflict, 7 refused for good, 8 unconfirmed, 9 quota or plan,
// 75 temporary (EX_TEMPFAIL of sysexits.h), 130 interrupted.
constexpr std::array<CodeFacts, 40> table{{
    {Code::internal, "internal", "Unexpected failure", 500, 1, false},
    {Code::usage, "usage", "Wrong usage", 400, 2, false},
    {Code::bad_request, "bad_request", "Request not understood", 400, 4, false},
    {Code::unauthenticated, "unauthenticated", "Not signed in", 401, 3, false},
    {Code::forbidden, "forbidden", "Not allowed", 403, 3, false},
    {Code::not_found, "not_found", "Not found", 404, 5, false},
    {Code::method_not_allowed, "method_not_allowed", "Method not allowed", 405, 2, false},
    {Code::conflict, "conflict", "Conflict", 409, 6, false},
    {Code::stale, "stale", "Changed in the meantime", 412, 6, false},
    {Code::too_large, "too_large", "Too large", 413, 4, false},
    {Code::unsupported_media_type,
     "unsupported_media_type",
     "Unsupported media type",
     415,
     4,
     false},
    {Code::length_required, "length_required", "Length required", 411, 4, false},
    {Code::header_too_large, "header_too_large", "Request header too large", 431, 4, false},
    {Code::invalid, "invalid", "Input invalid", 422, 4, false},
    {Code::content_rejected, "content_rejected", "Content breaks a rule", 422, 4, false},
    {Code::rate_limited, "rate_limited", "Too many requests", 429, 75, true},
    {Code::plan_limit, "plan_limit", "Limit of the plan reached", 402, 9, false},
    {Code::unavailable, "unavailable", "Not available now", 503, 75, true},
    {Code::timeout, "timeout", "Took too long", 504, 75, true},
    {Code::busy, "busy", "Busy", 503, 75, true},
    {Code::storage_full, "storage_full", "Disk full", 507, 75, true},
    {Code::storage_read_only, "storage_read_only", "Storage is read-only", 503, 1, false},
    {Code::storage_corrupt, "storage_corrupt", "Storage is damaged", 500, 1, false},
    {Code::storage_newer, "storage_newer", "Storage is of a newer version", 500, 1, false},
    {Code::canceled, "canceled", "Canceled", 499, 130, true},
    {Code::unconfirmed, "unconfirmed", "Outcome unconfirmed", 409, 8, false},
    {Code::engine_running, "engine_running", "A daemon is running", 409, 6, false},
    {Code::platform_refused, "platform_refused", "Refused by the platform", 502, 7, false},
    {Code::platform_unavailable, "platform_unavailable", "Platform not available", 503, 75, true},
    {Code::platform_sign_in, "platform_sign_in", "Account needs a sign-in", 409, 3, false},
    {Code::provider_key, "provider_key", "Provider key missing or refused", 502, 3, false},
    {Code::provider_quota, "provider_quota", "Provider quota used up", 502, 9, false},
    {Code::provider_rate_limited, "provider_rate_limited", "Provider asks to wait", 503, 75, true},
    {Code::provider_blocked, "provider_blocked", "Blocked by the provider", 502, 7, false},
    {Code::provider_too_long, "provider_too_long", "Too long for the model", 422, 4, false},
    {Code::provider_cut_off, "provider_cut_off", "Answer cut off", 502, 7, false},
    {Code::provider_malformed, "provider_malformed", "Answer not understood", 502, 75, true},
    {Code::provider_timeout, "provider_timeout", "Provider took too long", 504, 75, true},
    {Code::provider_unavailable, "provider_unavailable", "Provider not available", 503, 75, true},
    {Code::provider_refused, "provider_refused", "Refused by the provider", 502, 7, false},
}};

consteval bool is_in_order() {
    for (std::size_t i = 0; i < table.size(); ++i) {
        if (static_cast<std::size_t>(table[i].code) != i)
            return false;
    }
    return true;
}

static_assert(is_in_order(), "facts() indexes the table by code");
static_assert(static_cast<std::size_t>(Code::provider_refused) + 1 == table.size());

}  // namespace

const CodeFacts& facts(Code code) {
    return table[static_cast<std::size_t>(code)];
}

std::span<const CodeFacts> all_codes() {
    return table;
}

std::optional<Code> find_code(std::string_view name) {
    for (const auto& row : table) {
        if (row.name == name)
            return row.code;
    }
    return std::nullopt;
}

bool is_lasting(std::string_view name) {
    const auto code = find_code(name);
    return code && !facts(*code).is_temporary;
}

Error::Error(Code code, const std::string& message, std::string hint, std::vector<Detail> details)
    : std::runtime_error(message),
      code_(code),
      hint_(std::move(hint)),
      details_(std::move(details)) {}

}  // namespace caas

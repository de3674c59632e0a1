// The few pages that the API serves by itself, for people whom a link led here: HTML that works
// without scripts, all text escaped, under a policy that lets nothing else in. And the forms on
// them. Pure functions, but for form_of, which is for one call.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/api/route.h"

namespace caas::api {

// What a form of ours may weigh.
inline constexpr std::size_t most_form_bytes = 8U << 10U;
inline constexpr std::string_view type_of_forms = "application/x-www-form-urlencoded";

// One input with its label; `type` and `complete` as HTML calls them.
struct Field {
    std::string_view name;
    std::string_view label;
    std::string_view type = "text";
    std::string_view complete = "off";  // autocomplete
    std::string_view value{};
    bool is_required = true;
};

std::string render(const Field& field);
std::string hidden(std::string_view name, std::string_view value);
// What went wrong, a sentence; nothing when it is empty.
std::string render_fault(std::string_view fault);

// `body` is HTML. `takes_token`: moves what stands behind "#token=" in the address into the field
// `token` and out of the address, where scripts run; where none does, people paste it.
Response page(std::string_view title, std::string_view body, bool takes_token = false);
// Nothing more to do: one heading and one sentence.
Response last_page(std::string_view title, std::string_view heading, std::string_view text);

// The fields of a form that was sent. Throws Error: unsupported_media_type, too_large.
using Form = std::map<std::string, std::string, std::less<>>;
Form form_of(const Call& call);
// What a person is told of an error, on the page they typed into.
std::string fault_of(const Error& error);
bool lacks_second_factor(const Error& error);

}  // namespace caas::api

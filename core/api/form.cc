#include "core/api/form.h"

#include <strings.h>

#include "core/base/error.h"
#include "core/net/url.h"

namespace caas::api {

std::map<std::string, std::string, std::less<>> form_of(const Call& call) {
    constexpr std::string_view form = "application/x-www-form-urlencoded";
    const auto type = call.request.header("Content-Type").value_or("");
    if (type.size() < form.size() || strncasecmp(type.data(), form.data(), form.size()) != 0)
        throw Error(Code::unsupported_media_type, "This takes only its own form");
    std::string text;
    std::string piece(most_form_bytes, '\0');
    while (call.request.body) {
        const auto count = call.request.body->read(piece);
        if (count == 0)
            break;
        text.append(piece, 0, count);
        if (text.size() > most_form_bytes)
            throw Error(Code::too_large, "The form is too large");
    }
    std::map<std::string, std::string, std::less<>> fields;
    for (auto& [name, value] : net::form_decode(text))
        fields.insert_or_assign(std::move(name), std::move(value));
    return fields;
}

}  // namespace caas::api

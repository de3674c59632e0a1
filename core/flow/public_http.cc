#include "core/flow/public_http.h"

#include <nlohmann/json.hpp>

#include "core/base/json.h"

namespace caas::flow {

net::Result PublicHttp::send(const net::Request& request) {
    auto guarded = request;
    guarded.only_public_addresses = true;
    return http_.send(guarded);
}

std::string with_public_only(std::string_view config) {
    auto object = json::try_parse(config).value_or(Json::object());
    if (!object.is_object())
        object = Json::object();
    object["public_only"] = true;
    return json::dump(object);
}

bool is_public_only(std::string_view config) {
    const auto object = json::try_parse(config);
    return object && json::truth(*object, "public_only").value_or(false);
}

}  // namespace caas::flow

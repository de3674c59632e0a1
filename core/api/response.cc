#include "core/api/response.h"

#include <nlohmann/json.hpp>

namespace caas::api {

Response json_response(int status, const Json& body) {
    return json_text_response(status, json::dump(body));
}

Response json_text_response(int status, std::string body) {
    Response response;
    response.status = status;
    response.headers.emplace_back("Content-Type", "application/json; charset=utf-8");
    response.body = std::move(body);
    return response;
}

Response no_content() {
    Response response;
    response.status = 204;
    return response;
}

std::string event_text(std::string_view name, const Json& data) {
    return "event: " + std::string(name) + "\ndata: " + json::dump(data) + "\n\n";
}

}  // namespace caas::api

#include "core/api/problem.h"

#include <nlohmann/json.hpp>

namespace caas::api {

Error unexpected() {
    return {
        Code::internal,
        "Something unexpected went wrong",
        "run `caas doctor`; the log has the request id"};
}

Json problem_json(const Error& error, std::string_view request_id) {
    const auto& row = facts(error.code());
    Json body{
        {"type", "about:blank"},
        {"title", row.title},
        {"status", row.http_status},
        {"detail", error.what()},
        {"code", row.name},
        {"request_id", request_id}};
    if (!error.hint().empty())
        body["hint"] = error.hint();
    if (error.is_undecided())
        body["is_undecided"] = true;
    if (!error.details().empty()) {
        auto details = Json::array();
        for (const auto& detail : error.details()) {
            details.push_back(
                {{"pointer", detail.pointer}, {"rule", detail.rule}, {"message", detail.message}});
        }
        body["errors"] = std::move(details);
    }
    return body;
}

Response problem(const Error& error, std::string_view request_id, std::string_view challenge) {
    Response response;
    response.status = facts(error.code()).http_status;
    response.headers.emplace_back("Content-Type", "application/problem+json");
    if (error.retry_after_s() > 0)
        response.headers.emplace_back("Retry-After", std::to_string(error.retry_after_s()));
    if (error.code() == Code::unauthenticated)
        response.headers.emplace_back("WWW-Authenticate", challenge);
    response.body = json::dump(problem_json(error, request_id));
    return response;
}

}  // namespace caas::api

#include "core/platform/linkedin/call.h"

#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "core/net/url.h"
#include "core/platform/answer.h"

namespace caas::platform::linkedin {
namespace {

constexpr std::string_view person = "urn:li:person:";
constexpr std::string_view organization = "urn:li:organization:";
constexpr std::string_view first_version = "202601";

std::string config_text(const Access& access, std::string_view name) {
    const auto config = json::try_parse(access.config);
    return config ? json::text_or(*config, name, "") : "";
}

bool is_version(std::string_view text) {
    return text.size() == 6 && text.find_first_not_of("0123456789") == text.npos;
}

}  // namespace

std::string author_of(const Access& access) {
    if (access.remote_id.starts_with("urn:li:"))
        return access.remote_id;
    const bool is_page = config_text(access, "kind") == "organization";
    return std::string(is_page ? organization : person) + access.remote_id;
}

bool is_organization(const Access& access) {
    return author_of(access).starts_with(organization);
}

std::string version_of(const Access& access) {
    for (auto& version : {config_text(access, "version"), access.application.api_version}) {
        if (is_version(version))
            return version;
    }
    return std::string(first_version);
}

net::Request call(std::string_view method, std::string_view path, const Access& access) {
    auto request = ask(method, net::join(access.base_url, path), access.credentials.access);
    request.headers.emplace_back("LinkedIn-Version", version_of(access));
    request.headers.emplace_back("X-Restli-Protocol-Version", "2.0.0");
    return request;
}

net::Request post(std::string_view path, const Access& access, std::string body) {
    auto request = call("POST", path, access);
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = std::move(body);
    return request;
}

std::string encoded(std::string_view urn) {
    return net::percent_encode(urn);
}

std::string permalink(std::string_view urn) {
    return "https://www.linkedin.com/feed/update/" + std::string(urn);
}

std::string made_id(const net::Response& response) {
    // Some have seen the second one instead.
    for (const auto* name : {"x-restli-id", "x-linkedin-id"}) {
        if (const auto id = response.header(name); id && !id->empty())
            return *id;
    }
    return "";
}

}  // namespace caas::platform::linkedin

#include "tests/real/bluesky/server.h"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "core/base/digest.h"
#include "core/base/json.h"
#include "core/net/curl.h"
#include "core/net/url.h"

namespace caas::real {
namespace {

constexpr const char* collection = "app.bsky.feed.post";

std::string setting(const char* name) {
    const char* value = std::getenv(name);
    if (value == nullptr)
        throw std::runtime_error(std::string(name) + " is not set: start this with run.sh");
    return value;
}

net::Request post(const std::string& url, const Json& body) {
    net::Request request;
    request.method = "POST";
    request.url = url;
    request.headers = {{"Content-Type", "application/json"}};
    request.body = json::dump(body);
    return request;
}

Json decoded(std::string part) {
    std::ranges::replace(part, '-', '+');
    std::ranges::replace(part, '_', '/');
    while (part.size() % 4 != 0)
        part += '=';
    return json::parse(from_base64(part).value(), "The token");
}

}  // namespace

Server::Server()
    : base_(setting("CAAS_TEST_PDS")),
      jwt_secret_(setting("CAAS_TEST_PDS_JWT_SECRET")),
      http_(net::curl_client()) {}

Json Server::call(net::Request request) {
    const auto result = http_->send(request);
    const auto* response = std::get_if<net::Response>(&result);
    if (response == nullptr)
        throw std::runtime_error(std::get<net::Failure>(result).message);
    if (response->status != 200)
        throw std::runtime_error(request.url + ": " + response->body);
    return json::parse(response->body, "The server's answer");
}

Person Server::sign_up(const std::string& name) {
    Person person;
    const auto number = to_hex(random_.bytes(5));
    person.handle = name + number + ".test";
    person.password = "the account's own password";
    const auto session = call(post(
        base_ + "/xrpc/com.atproto.server.createAccount",
        {{"handle", person.handle},
         {"email", name + number + "@example.com"},
         {"password", person.password}}));
    person.did = session.at("did").get<std::string>();
    auto request = post(base_ + "/xrpc/com.atproto.server.createAppPassword", {{"name", "caas"}});
    request.headers.emplace_back(
        "Authorization", "Bearer " + session.at("accessJwt").get<std::string>());
    person.app_password = call(request).at("password").get<std::string>();
    return person;
}

platform::ConnectRequest Server::connect_request(const Person& person) const {
    platform::ConnectRequest request;
    request.identifier = person.handle;
    request.base_url = base_;
    request.secret = Secret(person.app_password);
    return request;
}

platform::Access Server::connect(const Person& person) {
    const auto identity = platform::get("bluesky").connect(connect_request(person), tools());
    platform::Access access;
    access.account = AccountId("01932f00-0000-7000-8000-00000000acc0");
    access.remote_id = identity.remote_id;
    access.handle = identity.handle;
    access.base_url = identity.base_url;
    access.config = identity.config;
    access.credentials = identity.credentials;
    return access;
}

Json Server::record(const Person& person, const std::string& uri) {
    net::Request request;
    request.url = net::with_query(
        base_ + "/xrpc/com.atproto.repo.getRecord",
        {{"repo", person.did},
         {"collection", collection},
         {"rkey", uri.substr(uri.rfind('/') + 1)}});
    return call(request);
}

std::vector<Json> Server::records(const Person& person) {
    net::Request request;
    request.url = net::with_query(
        base_ + "/xrpc/com.atproto.repo.listRecords",
        {{"repo", person.did}, {"collection", collection}, {"limit", "100"}});
    const auto answer = call(request);
    return answer.at("records").get<std::vector<Json>>();
}

Json claims_of(const Secret& token) {
    const auto& text = token.reveal();
    const auto first = text.find('.');
    return decoded(text.substr(first + 1, text.find('.', first + 1) - first - 1));
}

Secret Server::expired(const Secret& token) const {
    auto claims = claims_of(token);
    const auto now = to_ms(clock_.now()) / 1000;
    claims["iat"] = now - 7300;
    claims["exp"] = now - 100;
    const auto& text = token.reveal();
    const auto signed_part =
        text.substr(0, text.find('.')) + "." + to_base64url(json::dump(claims));
    return Secret(signed_part + "." + to_base64url(hmac_sha256(jwt_secret_, signed_part)));
}

}  // namespace caas::real

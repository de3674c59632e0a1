// The real Bluesky server that run.sh started: makes accounts and app passwords, reads records back
// as they lie there, and forges the expired tokens that nobody wants to wait two hours for.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/random.h"
#include "core/net/http_client.h"
#include "core/platform/driver.h"

namespace caas::real {

struct Person {
    std::string did;
    std::string handle;
    std::string password;      // of the account itself
    std::string app_password;  // what a person gives to caas
};

class Server {
  public:
    // From CAAS_TEST_PDS and CAAS_TEST_PDS_JWT_SECRET; throws when they are not set.
    Server();

    // A new person; the handle ends in a number of its own.
    Person sign_up(const std::string& name);
    platform::ConnectRequest connect_request(const Person& person) const;
    platform::Access connect(const Person& person);

    // {"uri","cid","value"} as com.atproto.repo.getRecord gives it.
    Json record(const Person& person, const std::string& uri);
    // The newest first.
    std::vector<Json> records(const Person& person);

    // The same token, but its time is over; signed as the server signs.
    Secret expired(const Secret& token) const;

    platform::Tools tools() { return {*http_, clock_, random_}; }

  private:
    Json call(net::Request request);

    std::string base_;
    std::string jwt_secret_;
    std::unique_ptr<net::HttpClient> http_;
    SystemClock clock_;
    SystemRandom random_;
};

// What a token of the server says of itself.
Json claims_of(const Secret& token);

}  // namespace caas::real

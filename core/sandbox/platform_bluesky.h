// A pretend Bluesky server: sessions, handles, blobs and records, as PDS 0.4.217 answers them
// (wire/platforms.md, section 7). One record a key; `swapRecord: null` never overwrites.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/sandbox/platform_pretend.h"

namespace caas::sandbox {

class PretendBluesky final : public PretendPlatform {
  public:
    // The clock must outlive it.
    explicit PretendBluesky(const Clock& clock) : clock_(clock) {}

    struct Record {
        std::string repo;
        std::string rkey;
        std::string cid;
        Json record;
    };

    // Makes the account; its DID follows from the handle.
    std::string add_account(const std::string& handle, const std::string& password);
    // Blobs that no record names are forgotten, as the server does after a while.
    void forget_blobs();
    // In the order they were made.
    std::vector<Record> records() const;

  protected:
    net::Response work(const net::Request& request) override;
    std::optional<net::Response> refuse(PlatformFault fault) override;

  private:
    struct Person {
        std::string did;
        std::string password;
        int session = 0;  // number of the newest session
    };

    net::Response create_session(const net::Request& request);
    net::Response refresh_session(const net::Request& request);
    net::Response get_session(const net::Request& request);
    net::Response resolve_handle(const std::string& handle) const;
    net::Response put_record(const net::Request& request);
    net::Response delete_record(const net::Request& request);
    net::Response upload_blob(const net::Request& request);
    net::Response get_posts(const net::Request& request, const std::string& uri);
    // What is wrong with a record's pictures; nullopt when nothing is.
    std::optional<net::Response> refuse_embed(const Json& record) const;
    net::Response get_record(const std::string& repo, const std::string& rkey) const;
    net::Response open_session(const std::string& handle, Person& person) const;
    // The handle whose token of this kind it is; empty for none.
    std::string owner_of(const std::string& token, std::string_view kind) const;
    const Record* find(const std::string& repo, const std::string& rkey) const;

    const Clock& clock_;
    std::map<std::string, Person> people_;
    std::vector<Record> records_;
    std::map<std::string, Json> blobs_;  // by their link
};

}  // namespace caas::sandbox

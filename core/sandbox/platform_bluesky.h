// A pretend Bluesky server: sessions, handles, blobs and records, as PDS 0.4.217 answers them
// (wire/platforms.md, section 7). One record a key; `swapRecord: null` never overwrites.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/clock.h"
#include "core/net/url.h"
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
        Instant made_at{};
    };

    // Makes the account; its DID follows from the handle.
    std::string add_account(const std::string& handle, const std::string& password);
    // Blobs that no record names are forgotten, as the server does after a while.
    void forget_blobs();
    // In the order they were made.
    std::vector<Record> records() const;
    std::vector<ShownPost> shown() const override;
    std::optional<ShownFile> file(const std::string& id) const override;

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
    net::Response create_record(const net::Request& request);
    net::Response list_records(const net::Pairs& query) const;
    // Whose repository a body names, if the caller may write there.
    std::optional<net::Response> refuse_writer(const net::Request& request, const Json& body) const;
    // What is to be written, its key empty when none was given, or why it is not.
    std::variant<Record, net::Response> read_record(const net::Request& request) const;
    // What is wrong with a record; nullopt when nothing is.
    std::optional<net::Response> refuse_record(const Json* record) const;
    net::Response keep(Record made);
    net::Response delete_record(const net::Request& request);
    net::Response upload_blob(const net::Request& request);
    net::Response get_posts(const net::Request& request, const net::Pairs& query);
    // What is wrong with what hangs on a record; nullopt when nothing is.
    std::optional<net::Response> refuse_embed(const Json& record) const;
    std::optional<net::Response> refuse_images(const Json& embed) const;
    std::optional<net::Response> refuse_card(const Json& embed) const;
    std::optional<net::Response> refuse_video(const Json& embed) const;
    std::optional<net::Response> refuse_blob(
        const Json& blob, std::string_view type, std::int64_t most) const;
    net::Response get_record(const std::string& repo, const std::string& rkey) const;
    net::Response open_session(const std::string& handle, Person& person) const;
    // The handle whose token of this kind it is; empty for none.
    std::string owner_of(const std::string& token, std::string_view kind) const;
    static std::string uri_of(const Record& record);
    const Record* find(const std::string& repo, const std::string& rkey) const;

    const Clock& clock_;
    std::map<std::string, Person> people_;
    std::vector<Record> records_;
    std::map<std::string, Json> blobs_;  // by their link
    std::map<std::string, ShownFile> files_;
};

// The content identifier of bytes, as real ones are (github.com/multiformats/cid).
enum class CidKind : std::uint8_t { raw, record };
std::string cid_of(CidKind kind, std::string_view bytes);

}  // namespace caas::sandbox

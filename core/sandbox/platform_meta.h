// What the pretend Graph APIs of Meta share (wire/platforms.md, section 5): the path with a version
// in it, the token in a header, errors by code and subcode, moments and ids as Meta writes them.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/sandbox/platform_pretend.h"

namespace caas::sandbox {

class PretendMeta : public PretendPlatform {
  public:
    // The account's token until it is renewed.
    static constexpr std::string_view first_token = "sandbox-meta-token";
    static constexpr std::string_view user_id = "17841400000000001";
    static constexpr std::string_view user_name = "sandbox";

    // The clock must outlive it. `version` is the one it answers to: "v26.0".
    PretendMeta(const Clock& clock, std::string_view version) : clock_(clock), version_(version) {}

    // From now on only this token is good, beside those of the sign-in.
    void set_token(const std::string& token);
    // As the real ones do: what they are to show is fetched from its address first, and refused
    // where nothing comes. Called under the lock.
    using Fetch = std::function<std::optional<ShownFile>(const std::string& url)>;
    void set_fetch(Fetch fetch);
    std::optional<ShownFile> file(const std::string& id) const override;

  protected:
    using Fields = std::map<std::string, std::string>;

    struct Call {
        std::string method;
        std::vector<std::string> path;  // after the version
        Fields fields;                  // of the query and of the form
        const net::Request& request;
    };

    virtual net::Response answer(const Call& call) = 0;

    net::Response work(const net::Request& request) override;
    std::optional<net::Response> refuse(PlatformFault fault) override;

    Instant now() const { return clock_.now(); }

    std::string make_id();
    // Whether it is there for fetching, and then kept.
    bool fetch(const std::string& url);
    void keep_file(const std::string& id, ShownFile file);
    ShownMedium medium(const std::string& id, const std::string& alt) const;

    // GET of the account itself and of a renewed token; nullopt for anything else.
    std::optional<net::Response> answer_account(const Call& call);

  private:
    const Clock& clock_;
    Fetch fetch_;
    std::map<std::string, ShownFile> files_;
    std::string version_;
    std::string token_{first_token};
    long long ids_ = 17'900'000'000'000'000;
};

net::Response meta_fault(int status, int code, int subcode, std::string_view message);
net::Response unknown_object();
// 2026-11-22T10:00:00+0000
std::string meta_time(Instant instant);
// The members that `fields` names, and the id.
Json only(const Json& object, std::string_view fields);
// Whether Meta would fetch from there: an absolute http or https URL in ASCII.
bool is_fetchable(const std::string& url);

}  // namespace caas::sandbox

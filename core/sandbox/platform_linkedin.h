// A pretend LinkedIn (wire/platforms.md, section 2): posts, comments, pictures and videos of a
// member and of an organization. As strict as the real one is known to be: every call names an
// active version, unknown members are refused, so is an equal post; and where the text has an
// unescaped sign of markup it is cut off there, without a word.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/clock.h"
#include "core/sandbox/platform_pretend.h"

namespace caas::sandbox {

class PretendLinkedin final : public PretendPlatform {
  public:
    // The clock must outlive it.
    explicit PretendLinkedin(const Clock& clock) : clock_(clock) {}

    static constexpr std::string_view member = "urn:li:person:782bbtaQ";
    static constexpr std::string_view organization = "urn:li:organization:5515715";
    // Each acts for one of them; both allowed from the beginning.
    static constexpr std::string_view member_token = "linkedin-member-token";
    static constexpr std::string_view organization_token = "linkedin-organization-token";

    struct Post {
        std::string urn;
        std::string author;
        std::string text;  // as people see it
        Json body;
        Instant created_at{};
        bool is_deleted = false;
    };

    struct Comment {
        std::string urn;
        std::string post;
        std::string text;
    };

    struct Medium {
        std::string owner;
        bool is_video = false;
        std::int64_t total = 0;
        std::vector<std::string> pieces;  // what was put to each address
        bool is_finalized = false;
        Instant arrived_at{};  // when it was whole
    };

    // Another token of the member or organization, or one that is no longer any.
    void allow(const std::string& token, std::string_view author);
    void revoke(const std::string& token);
    // Versions before this one answer 426.
    void end_versions_before(const std::string& version);
    void set_processing(Milliseconds duration);

    // Those that are there, in the order they were made.
    std::vector<Post> posts() const;
    std::vector<Comment> comments() const;
    std::map<std::string, Medium> media() const;

    bool has_processing() const override { return true; }

    std::vector<ShownPost> shown() const override;
    std::optional<ShownFile> file(const std::string& id) const override;

  protected:
    void take_speed(bool is_slow) override;
    net::Response work(const net::Request& request) override;
    std::optional<net::Response> refuse(PlatformFault fault) override;
    std::optional<net::Response> refuse_duplicate() override;

  private:
    // Whom the caller acts for; nullopt when the token is not good.
    std::optional<std::string> author_of(const net::Request& request) const;
    net::Response work_on_posts(
        const net::Request& request, const std::string& rest, const std::string& author);
    net::Response create(const net::Request& request, const std::string& author);
    std::optional<net::Response> fault_of(const Json& body, const std::string& author) const;
    std::optional<net::Response> fault_of_content(
        const Json& content, const std::string& author) const;
    net::Response remove(const std::string& urn, const std::string& author);
    net::Response list(const std::string& author) const;
    net::Response work_on_actions(
        const net::Request& request, const std::string& rest, const std::string& author);
    net::Response comment(
        const net::Request& request, const std::string& post, const std::string& author);
    net::Response count(const std::string& author) const;
    const Post* find(const std::string& urn) const;

    net::Response work_on_media(
        const net::Request& request,
        const std::string& kind,
        const std::string& rest,
        const std::string& author);
    net::Response initialize(const net::Request& request, bool is_video, const std::string& author);
    net::Response put(const net::Request& request, const std::string& rest);
    net::Response finalize(const net::Request& request);
    net::Response status(const std::string& urn, bool is_video, const std::string& author) const;
    std::string state_of(const Medium& medium) const;

    const Clock& clock_;
    std::map<std::string, std::string> tokens_{
        {std::string(member_token), std::string(member)},
        {std::string(organization_token), std::string(organization)}};
    std::string first_version_ = "202512";
    Milliseconds processing_ = std::chrono::seconds(3);
    std::vector<Post> posts_;
    std::vector<Comment> comments_;
    std::map<std::string, Medium> media_;
};

bool is_organization(std::string_view author);

// What people see of a commentary: up to the first unescaped sign of markup that is none.
std::string shown_text(std::string_view commentary);

// The refusal of a post that equals this one.
net::Response linkedin_duplicate(const std::string& urn);
// An answer in LinkedIn's form.
net::Response linkedin_fault(int status, std::string_view code, std::string_view message);

}  // namespace caas::sandbox

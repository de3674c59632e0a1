// Who comes in: the bearers of tokens, the passwords and keys behind them, and the mail to people
// that goes with it. Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "core/access/password.h"
#include "core/access/principal.h"
#include "core/access/signing_key.h"
#include "core/api/request.h"
#include "core/app/token_cache.h"
#include "core/base/clock.h"
#include "core/config/paths.h"
#include "core/flow/people.h"
#include "core/flow/tools.h"
#include "core/notice/mailer.h"

namespace caas::app {

// Throws Error(invalid) for a key that is too short and for a mail server's address that is none.
void check_gate(const config::Settings& settings);
// The same of the plans that organizations may have.
void check_plans(const config::Settings& settings, const config::Paths& paths);

class Gate {
  public:
    // Both references must outlive this. Throws as check_gate does.
    Gate(const flow::Tools& tools, const config::Paths& paths, bool is_daemon);
    Gate(const Gate&) = delete;
    Gate& operator=(const Gate&) = delete;

    const flow::People& people() const { return people_; }

    // Whose the bearer token of the request is, an API token or an access token; nullopt: nobody's.
    std::optional<access::Principal> authenticate(const api::Request& request);

    // Sends the mail that waits. Gives when there is something again. Throws Error.
    std::optional<Instant> deliver_mail();
    // Mail was put in the queue: wakes whoever sends it; a short command sends it itself where no
    // daemon lives, so that it is not left lying.
    void post();
    // Who is woken in a daemon.
    void set_postman(std::function<void()> wake);

    // Forgets what no longer tells anything; at most once an hour.
    void sweep();

  private:
    std::optional<access::Principal> bearer_of_token(std::string_view text);
    const access::SigningKeys& keys();
    void note_use(const TokenId& token, Instant now);

    const flow::Tools& tools_;
    const config::Paths& paths_;
    const bool is_daemon_;
    access::PasswordHasher hasher_;
    const flow::People people_;
    const std::unique_ptr<notice::Mailer> mailer_;
    TokenCache cache_;
    std::mutex mutex_;  // guards what follows
    std::optional<access::SigningKeys> keys_;
    std::function<void()> wake_postman_;
    std::optional<Instant> swept_at_;
};

}  // namespace caas::app

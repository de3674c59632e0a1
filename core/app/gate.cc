#include "core/app/gate.h"

#include "core/access/jwt.h"
#include "core/access/one_time.h"
#include "core/access/session.h"
#include "core/access/throttle.h"
#include "core/access/token.h"
#include "core/app/daemon_presence.h"
#include "core/base/error.h"
#include "core/base/wake.h"
#include "core/notice/mail_queue.h"

namespace caas::app {
namespace {

access::PasswordCost cost_of(const config::Settings& settings) {
    return {
        static_cast<std::uint32_t>(settings.integer("auth.argon2_memory_kib")),
        static_cast<std::uint32_t>(settings.integer("auth.argon2_passes"))};
}

net::SmtpServer server_of(const config::Settings& settings) {
    return {
        .url = settings.text("mail.smtp"),
        .user = settings.text("mail.user"),
        .password = settings.secret("mail.password"),
        .ca_file = settings.text("net.ca_file"),
        .plain_hosts = settings.list("net.plain_http_hosts")};
}

std::unique_ptr<notice::Mailer> mailer_of(const flow::Tools& tools, const config::Paths& paths) {
    const auto from = tools.settings.text("mail.from");
    if (tools.settings.text("mail.smtp").empty())
        return notice::folder_mailer(paths.mail(), from, tools.clock, tools.random);
    return notice::smtp_mailer(server_of(tools.settings), from, tools.clock, tools.random);
}

std::optional<std::string_view> bearer(const std::optional<std::string>& header) {
    constexpr std::string_view scheme = "Bearer ";
    if (!header || header->size() <= scheme.size())
        return std::nullopt;
    for (std::size_t i = 0; i + 1 < scheme.size(); ++i) {
        // The scheme's name is case-insensitive (RFC 9110, 11.1).
        if (((*header)[i] | 0x20) != (scheme[i] | 0x20))
            return std::nullopt;
    }
    return std::string_view(*header).substr(scheme.size());
}

}  // namespace

void check_gate(const config::Settings& settings) {
    const auto& key = settings.secret("auth.jwt_secret");
    if (!key.empty())
        access::parse_signing_keys(key.reveal(), "The setting JWT_SECRET");
    if (!settings.text("mail.smtp").empty())
        const net::SmtpClient tried(server_of(settings));
}

void check_plans(const config::Settings& settings, const config::Paths& paths) {
    billing::load_plans(paths.share, settings);
}

Gate::Gate(const flow::Tools& tools, const config::Paths& paths, bool is_daemon)
    : tools_(tools),
      paths_(paths),
      is_daemon_(is_daemon),
      hasher_(cost_of(tools.settings), tools.random),
      people_{hasher_, [this]() -> const access::SigningKeys& { return keys(); }},
      mailer_(mailer_of(tools, paths)) {
    check_gate(tools.settings);
}

std::optional<access::Principal> Gate::authenticate(const api::Request& request) {
    const auto header = request.header("Authorization");
    const auto token = bearer(header);
    if (!token)
        return std::nullopt;
    const auto now = tools_.clock.now();
    // An API token has no dot in it and an access token has two.
    if (token->find('.') != std::string_view::npos) {
        const auto claims = access::verify(keys(), *token, now);
        if (!claims)
            return std::nullopt;
        return tools_.store.read([&](store::Reader& reader) {
            return access::principal_of(reader, *claims, now, std::nullopt);
        });
    }
    return bearer_of_token(*token);
}

std::optional<access::Principal> Gate::bearer_of_token(std::string_view text) {
    const auto now = tools_.clock.now();
    // Before the look: what is committed meanwhile makes it worthless.
    const TokenCache::Moment moment{tools_.store.access_changes(), tools_.clock.monotonic()};
    if (auto known = cache_.find(text, moment))
        return known;
    const auto [principal, is_noted] = tools_.store.read([&](store::Reader& reader) {
        auto found = access::authenticate(reader, text, now);
        const bool is_due =
            found && found->token && access::is_due_for_note(reader, *found->token, now);
        return std::pair(found, !is_due);
    });
    if (principal && !is_noted)
        note_use(*principal->token, now);
    if (principal && is_noted)
        cache_.keep(text, moment, *principal);
    return principal;
}

// When it was used is good to know; a full or read-only disk is no reason to refuse it.
void Gate::note_use(const TokenId& token, Instant now) {
    try {
        tools_.store.write(
            [&](store::Transaction& transaction) { access::note_use(transaction, token, now); });
    } catch (const Error& e) {
        tools_.log.write(
            Level::warn, "token.not_noted", {{"code", std::string(facts(e.code()).name)}});
    }
}

std::optional<Instant> Gate::deliver_mail() {
    return notice::deliver_mail(
        {tools_.store, *mailer_, tools_.vault, tools_.clock, tools_.random, tools_.log});
}

void Gate::post() {
    if (!is_daemon_ && !is_daemon_running(paths_.data)) {
        deliver_mail();
        return;
    }
    if (!is_daemon_) {
        caas::wake(paths_.data);
        return;
    }
    const std::scoped_lock lock(mutex_);
    if (wake_postman_)
        wake_postman_();
}

void Gate::set_postman(std::function<void()> wake) {
    const std::scoped_lock lock(mutex_);
    wake_postman_ = std::move(wake);
}

void Gate::sweep() {
    constexpr auto interval = std::chrono::hours(1);
    const auto now = tools_.clock.now();
    {
        const std::scoped_lock lock(mutex_);
        if (swept_at_ && now - *swept_at_ < interval)
            return;
        swept_at_ = now;
    }
    tools_.store.write([now](store::Transaction& transaction) {
        access::sweep_buckets(transaction, now);
        access::sweep_one_time(transaction, now);
        access::sweep_sessions(transaction, now);
    });
}

const access::SigningKeys& Gate::keys() {
    const std::scoped_lock lock(mutex_);
    if (!keys_)
        keys_.emplace(access::signing_keys(
            tools_.settings.secret("auth.jwt_secret"), paths_.session_key(), tools_.random));
    return *keys_;
}

}  // namespace caas::app

#include <array>

#include "core/config/setting_kinds.h"

namespace caas::config {
namespace {

// Models are those the official SDKs of November 2026 name as small and current.
constexpr auto table = std::to_array<Setting>({
    {"http.listen",
     Type::address,
     false,
     "127.0.0.1:8000",
     "",
     "",
     0,
     0,
     "Where caasd listens; addresses other than loopback belong behind a proxy with TLS."},
    url("http.public_url", "", "Address under which browsers and platforms reach this daemon."),
    list("http.trusted_proxies", "Addresses of proxies whose X-Forwarded-For is believed."),
    list(
        "http.cors_origins",
        "Origins of other sites, such as https://app.example.com, whose pages may use the API."),

    truth(
        "sandbox.enabled",
        "false",
        "Whether platforms and providers are pretend ones on this machine and nothing else is "
        "reached; what caasd --sandbox sets for a home of its own."),
    {"sandbox.listen",
     Type::address,
     false,
     "127.0.0.1:8001",
     "",
     "",
     0,
     0,
     "Where the pretend platforms and their page answer; an address of this machine only."},

    choice("log.level", "info", "debug info warn error off", "The least important events to log."),
    text("log.file", "", "File to log to; empty: standard error."),

    {"store.url",
     Type::text,
     true,
     "",
     "DATABASE_URL",
     "",
     0,
     0,
     "Database to use: postgresql://USER:PASSWORD@HOST/NAME?sslmode=verify-full, the same for all "
     "daemons, which also need the same secret key; empty: SQLite in the file caas.db of the data "
     "folder."},
    secret(
        "vault.secret_key",
        "SECRET_KEY",
        "Key that seals platform tokens, 64 hexadecimal digits; empty: the file secret.key."),

    secret(
        "auth.jwt_secret",
        "JWT_SECRET",
        "Key that signs sessions, 32 characters or more, the same for all daemons on one database; "
        "older ones behind it, separated by blanks, are still believed; empty: the file "
        "session.key."),
    choice(
        "auth.registration",
        "closed",
        "closed open",
        "Who may register: only whoever is invited, or everybody."),
    truth(
        "auth.verified_email",
        "false",
        "Whether people must confirm their e-mail address before they can sign in. Then "
        "registering "
        "tells nobody whether an address is taken."),
    integer("auth.session_days", "30", 1, 365, "Days after which an unused session is over."),
    integer(
        "auth.argon2_memory_kib",
        "19456",
        8,
        4194304,
        "Memory that hashing a password takes; a change holds from the next sign-in on."),
    integer("auth.argon2_passes", "2", 1, 1000, "Passes over that memory."),

    text(
        "mail.smtp",
        "",
        "Mail server, smtp://HOST:587 (encrypted by STARTTLS) or smtps://HOST; empty: mails become "
        "files in outbox/mail of the data folder."),
    text("mail.user", "", "Name to sign in to the mail server with; empty: no sign-in."),
    secret("mail.password", "", "Password to sign in to the mail server with."),
    text("mail.from", "caas <caas@localhost>", "Who mails are from."),

    choice(
        "providers.default",
        "",
        "openai anthropic gemini openai-compatible offline",
        "Who writes; empty: the first of openai, anthropic, gemini that has a key, else offline."),

    secret("providers.openai.key", "OPENAI_API_KEY", "API key of OpenAI."),
    url("providers.openai.base_url",
        "https://api.openai.com/v1",
        "Where OpenAI is reached.",
        "OPENAI_BASE_URL"),
    text("providers.openai.model", "gpt-5.4-mini", "Model of OpenAI to write with."),
    integer(
        "providers.openai.max_output_tokens",
        "4000",
        16,
        1000000,
        "Most tokens an answer may cost, reasoning included."),
    integer("providers.openai.timeout_s", "120", 1, 3600, "Seconds to wait for an answer."),

    secret("providers.anthropic.key", "ANTHROPIC_API_KEY", "API key of Anthropic."),
    url("providers.anthropic.base_url", "https://api.anthropic.com", "Where Anthropic is reached."),
    text("providers.anthropic.model", "claude-haiku-5-5", "Model of Anthropic to write with."),
    integer(
        "providers.anthropic.max_output_tokens",
        "4000",
        16,
        1000000,
        "Most tokens an answer may cost, reasoning included."),
    integer("providers.anthropic.timeout_s", "120", 1, 3600, "Seconds to wait for an answer."),

    secret("providers.gemini.key", "GEMINI_API_KEY", "API key of Google's Gemini."),
    url("providers.gemini.base_url",
        "https://generativelanguage.googleapis.com/v1",
        "Where Gemini is reached."),
    text("providers.gemini.model", "gemini-3.5-flash-lite", "Model of Gemini to write with."),
    integer(
        "providers.gemini.max_output_tokens",
        "4000",
        16,
        1000000,
        "Most tokens an answer may cost, reasoning included."),
    integer("providers.gemini.timeout_s", "120", 1, 3600, "Seconds to wait for an answer."),

    url("providers.openai-compatible.base_url",
        "http://127.0.0.1:11434/v1",
        "Server that speaks OpenAI's chat completions; by default Ollama on this machine."),
    secret("providers.openai-compatible.key", "", "API key of that server; most need none."),
    text("providers.openai-compatible.model", "", "Model of that server to write with."),
    integer(
        "providers.openai-compatible.max_output_tokens",
        "4000",
        16,
        1000000,
        "Most tokens an answer may have."),
    integer(
        "providers.openai-compatible.timeout_s",
        "300",
        1,
        3600,
        "Seconds to wait for an answer; the first one may wait for the model to load."),
    choice(
        "providers.openai-compatible.token_limit_field",
        "max_tokens",
        "max_tokens max_completion_tokens",
        "What that server calls the limit of an answer."),
    truth(
        "providers.openai-compatible.has_schema",
        "true",
        "Whether that server understands response_format json_schema."),

    url("platforms.bluesky.base_url",
        "https://bsky.social",
        "Server of Bluesky accounts that name none."),
    url("platforms.mastodon.base_url", "", "Instance of Mastodon accounts that name none."),

    text("platforms.x.client_id", "", "Client id of your application at X (developer.x.com)."),
    secret("platforms.x.client_secret", "", "Its client secret; empty for a public client."),
    url("platforms.x.base_url", "https://api.x.com", "Where X's API is reached."),
    url("platforms.x.authorize_url",
        "https://x.com/i/oauth2/authorize",
        "Page of X on which people allow the application."),
    url("platforms.x.token_url",
        "https://api.x.com/2/oauth2/token",
        "Where X turns codes into tokens."),

    text(
        "platforms.linkedin.client_id",
        "",
        "Client id of your application at LinkedIn (linkedin.com/developers)."),
    secret("platforms.linkedin.client_secret", "", "Its client secret."),
    url("platforms.linkedin.base_url",
        "https://api.linkedin.com",
        "Where LinkedIn's API is reached."),
    url("platforms.linkedin.authorize_url",
        "https://www.linkedin.com/oauth/v2/authorization",
        "Page of LinkedIn on which people allow the application."),
    url("platforms.linkedin.token_url",
        "https://www.linkedin.com/oauth/v2/accessToken",
        "Where LinkedIn turns codes into tokens."),
    text(
        "platforms.linkedin.api_version",
        "202609",
        "Version of LinkedIn's API, YYYYMM; one lives for about a year."),

    text(
        "platforms.instagram.client_id",
        "",
        "Instagram app id of your application at Meta (developers.facebook.com)."),
    secret("platforms.instagram.client_secret", "", "Its Instagram app secret."),
    url("platforms.instagram.base_url",
        "https://graph.instagram.com",
        "Where Instagram's API is reached."),
    url("platforms.instagram.authorize_url",
        "https://www.instagram.com/oauth/authorize",
        "Page of Instagram on which people allow the application."),
    url("platforms.instagram.token_url",
        "https://api.instagram.com/oauth/access_token",
        "Where Instagram turns codes into tokens."),
    text("platforms.instagram.api_version", "v26.0", "Version of Instagram's API."),

    text(
        "platforms.threads.client_id",
        "",
        "Threads app id of your application at Meta (developers.facebook.com)."),
    secret("platforms.threads.client_secret", "", "Its Threads app secret."),
    url("platforms.threads.base_url",
        "https://graph.threads.net",
        "Where the API of Threads is reached."),
    url("platforms.threads.authorize_url",
        "https://threads.net/oauth/authorize",
        "Page of Threads on which people allow the application."),
    url("platforms.threads.token_url",
        "https://graph.threads.net/oauth/access_token",
        "Where Threads turns codes into tokens."),
    text("platforms.threads.api_version", "v1.0", "Version of the API of Threads."),

    text(
        "platforms.facebook.client_id",
        "",
        "App id of your application at Meta (developers.facebook.com)."),
    secret("platforms.facebook.client_secret", "", "Its app secret."),
    url("platforms.facebook.base_url",
        "https://graph.facebook.com",
        "Where Facebook's API is reached."),
    url("platforms.facebook.authorize_url",
        "https://www.facebook.com",
        "Where Facebook's page is on which people allow the application."),
    text("platforms.facebook.api_version", "v26.0", "Version of Facebook's API."),

    choice(
        "media.storage",
        "folder",
        "folder s3",
        "Where files lie: in the folder media of the data folder, or in storage that speaks S3."),
    url("media.s3_endpoint", "", "Address of that storage, without the bucket."),
    text("media.s3_bucket", "", "Bucket that the files lie in."),
    text("media.s3_region", "us-east-1", "Region that requests are signed for."),
    text("media.s3_prefix", "", "What the name of each file begins with, such as caas/."),
    text("media.s3_access_key", "", "Key that requests are signed with."),
    secret("media.s3_secret_key", "", "Its secret."),
    text(
        "media.ffmpeg",
        "ffmpeg",
        "The program that makes still pictures of videos, its name or its file; need not be "
        "there."),
    integer("media.most_mb", "1000", 1, 100000, "Largest picture or video that is taken."),
    integer(
        "media.quota_mb",
        "0",
        0,
        100000000,
        "Most that the media of an organization may take together; 0: any."),
    truth(
        "media.keep_location",
        "false",
        "Whether pictures and videos may keep what tells where they were taken."),
    truth(
        "media.needs_alt",
        "false",
        "Whether every picture and video of a post must have a text for people who cannot see it."),

    integer(
        "publish.catch_up_h",
        "24",
        1,
        8760,
        "Hours a post may be late and still go out; set per account when it is connected."),
    integer("publish.concurrency", "8", 1, 64, "Posts that are sent at the same time."),
    integer(
        "publish.account_per_h",
        "0",
        0,
        100000,
        "Most posts an account sends in an hour, beside its platform's own limits; 0: any. Each "
        "part "
        "of a thread counts, and a thread goes out whole, even one of more parts than that."),
    integer(
        "publish.organization_per_h",
        "0",
        0,
        100000,
        "Most posts an organization sends in an hour; 0: any. Threads count as for an account."),

    text(
        "plans.default",
        "",
        "Plan of share/plans.toml for organizations that pay for none: self_hosted, free, pro, "
        "team; empty: free where stripe.secret_key is set, else self_hosted."),
    integer(
        "plans.provider_tokens",
        "1000",
        1,
        1000000,
        "Provider tokens (input and output) that one plan token stands for; what is begun counts."),
    integer(
        "plans.monthly_cap_cents",
        "0",
        0,
        1000000000,
        "US cents that providers may cost an organization in a month (UTC), by [prices]; what has "
        "no price there is refused; 0: any."),

    secret(
        "stripe.secret_key",
        "STRIPE_SECRET_KEY",
        "Key of the Stripe account that plans are sold with; empty: nothing is sold, and nobody is "
        "limited."),
    secret(
        "stripe.webhook_secret",
        "STRIPE_WEBHOOK_SECRET",
        "Secret that Stripe signs events with (whsec_…); while it is rolled both, separated by a "
        "blank."),
    url("stripe.base_url", "https://api.stripe.com", "Where Stripe is reached."),
    integer(
        "stripe.grace_days",
        "7",
        0,
        60,
        "Days that a plan holds while its renewal is not paid, from the day the period began."),
    integer(
        "stripe.trial_days",
        "0",
        0,
        730,
        "Days that whoever buys for the first time may try a plan for nothing."),
    truth(
        "stripe.automatic_tax",
        "false",
        "Whether Stripe reckons taxes (Stripe Tax must be set up there)."),
    text(
        "stripe.portal_configuration",
        "",
        "Configuration of Stripe's billing portal (bpc_…); empty: caas makes one, in which people "
        "pay, see invoices and cancel."),

    choice(
        "publish.full_window",
        "warn",
        "warn refuse",
        "What to do with an order or a move that a platform's own limits would hold up."),

    truth(
        "metrics.enabled",
        "true",
        "Whether platforms are asked for the numbers of what was published."),
    truth("metrics.paid", "false", "Whether also those are asked that charge for it (X)."),

    truth(
        "net.allow_private",
        "false",
        "Whether people who are not the local owner may name addresses in private networks."),
    list("net.plain_http_hosts", "Hosts besides this machine that may be reached without TLS."),
    text("net.ca_file", "", "Certificates to trust instead of the system's."),

    choice(
        "generate.tone",
        "professional",
        "professional casual humorous inspirational educational",
        "Tone when none is asked for."),
    text(
        "generate.language",
        "",
        "Language when none is asked for, such as de; empty: the prompt's."),
});

}  // namespace

std::span<const Setting> all_settings() {
    return table;
}

}  // namespace caas::config

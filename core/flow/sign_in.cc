#include "core/flow/sign_in.h"

#include "core/access/identity.h"
#include "core/access/jwt.h"
#include "core/access/totp.h"
#include "core/base/digest.h"

namespace caas::flow {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

// Ten guesses, then one a minute; from one address fifty, then one in five seconds.
access::Bucket account_bucket(std::string_view email, std::string_view address) {
    const auto name = sha256_hex(email).substr(0, 32);
    const auto place = address.empty() ? "" : "/" + access::address_group(address);
    return {"sign-in/account/" + name + place, 10, minutes(1)};
}

access::Bucket address_bucket(std::string_view address) {
    return {"sign-in/address/" + access::address_group(address), 50, seconds(5)};
}

access::Bucket person_bucket(const PersonId& person) {
    return {"sign-in/person/" + person.text(), 10, minutes(1)};
}

Error wrong() {
    return {
        Code::unauthenticated,
        "The e-mail address or the password is wrong",
        "try again, or ask for a new password"};
}

Error code_needed(const std::string& what, const std::string& rule) {
    return {
        Code::unauthenticated,
        what,
        "send the six digits of your authenticator app, or a recovery code, as `code`",
        {{"/code", rule, what}}};
}

// Whether somebody was signed in from there lately: whoever guesses elsewhere cannot lock them out
// at home.
bool is_known_address(
    store::Reader& reader, const PersonId& person, std::string_view address, Instant now) {
    return !reader
                .query(
                    R"sql(
SELECT id FROM session
WHERE person_id = $1 AND address = $2 AND expires_at > $3
LIMIT 1)sql",
                    {person, address, now})
                .empty();
}

struct Suspect {
    std::optional<access::Identity> identity;
    std::vector<access::Bucket> buckets;  // the account's first
};

// Takes a try of whoever it is said to be; throws Error(rate_limited) when none is left.
Suspect admit(const Tools& tools, const SignIn& asked, const Visitor& visitor) {
    const auto now = tools.clock.now();
    Suspect suspect;
    const auto wait = tools.store.read([&](store::Reader& reader) {
        suspect.identity = access::find_identity_by_email(reader, asked.email);
        const auto person = suspect.identity ? suspect.identity->person : PersonId("-");
        const bool is_known = is_known_address(reader, person, visitor.address, now);
        // As addresses are kept: who is not here is slowed down like who is.
        const auto email = access::normal_email(asked.email);
        suspect.buckets.push_back(account_bucket(email, is_known ? visitor.address : ""));
        if (!visitor.address.empty())
            suspect.buckets.push_back(address_bucket(visitor.address));
        return access::wait_for(reader, now, suspect.buckets);
    });
    if (wait)
        throw too_often("sign in", *wait);
    const auto later = tools.store.write([&](store::Transaction& transaction) {
        return access::take(transaction, now, suspect.buckets);
    });
    if (later)
        throw too_often("sign in", *later);
    return suspect;
}

// Uses the code up. False when it is wrong.
bool use_code(
    const Tools& tools,
    store::Transaction& transaction,
    const access::Identity& identity,
    std::string_view code) {
    const auto now = tools.clock.now();
    const auto secret =
        tools.vault().open(identity.totp_secret.value_or(""), access::totp_place(identity.person));
    if (const auto step = access::totp_step(secret, code, now, identity.totp_step))
        return access::use_totp_step(transaction, identity.person, *step);
    return access::use_recovery_code(
        transaction, identity.person, access::recovery_digest(code), now);
}

SignedIn signed_in(const Tools& tools, const People& people, access::Opened opened) {
    const auto now = tools.clock.now();
    Secret token(access::sign(
        people.keys(),
        {opened.session.person, opened.session.id, now, now + access::access_token_lifetime}));
    return {std::move(opened.session), std::move(token), std::move(opened.refresh_token)};
}

Milliseconds session_lifetime(const Tools& tools) {
    return std::chrono::hours(24) * tools.settings.integer("auth.session_days");
}

void check_standing(const Tools& tools, const access::Identity& identity, const SignIn& asked) {
    if (tools.settings.truth("auth.verified_email") && !identity.email_verified_at)
        throw Error(
            Code::forbidden,
            "Your e-mail address is not confirmed yet",
            "open the link in the mail you got, or ask for a new password to get another one");
    if (identity.has_totp && asked.code.empty())
        throw code_needed("The code of your second factor is missing", "second_factor.required");
}

}  // namespace

SignedIn sign_in(
    const Tools& tools, const People& people, const SignIn& asked, const Visitor& visitor) {
    const auto suspect = admit(tools, asked, visitor);
    const bool may_enter = suspect.identity && !suspect.identity->disabled_at;
    const auto hash = may_enter ? suspect.identity->password : std::nullopt;
    if (!people.hasher.matches(hash, asked.password))
        throw wrong();
    const auto& identity = *suspect.identity;
    check_standing(tools, identity, asked);
    std::optional<std::string> renewed;
    if (people.hasher.is_dated(*hash))
        renewed = people.hasher.hash(asked.password);
    auto entered = tools.store.write([&](store::Transaction& transaction) {
        // What was true before the hashing took its time may have ended meanwhile.
        const auto current = access::find_identity(transaction, identity.person);
        if (!current || current->disabled_at || current->password != hash)
            throw wrong();
        if (current->has_totp && !use_code(tools, transaction, *current, asked.code))
            throw code_needed("The code is wrong or was used before", "second_factor.wrong");
        if (renewed)
            access::renew_password_hash(transaction, identity.person, *hash, *renewed);
        access::fill(transaction, suspect.buckets.front().name);
        if (suspect.buckets.size() > 1)
            access::give_back(transaction, suspect.buckets.back());
        return open_session(tools, people, transaction, identity.person, visitor);
    });
    tools.log.write(
        Level::info,
        "session.opened",
        {{"person", identity.person.text()},
         {"session", entered.session.id.text()},
         {"address", visitor.address}});
    return entered;
}

SignedIn open_session(
    const Tools& tools,
    const People& people,
    store::Transaction& transaction,
    const PersonId& person,
    const Visitor& visitor) {
    return signed_in(
        tools,
        people,
        access::open_session(
            transaction,
            tools.ids,
            tools.random,
            tools.clock.now(),
            {person, visitor.client, visitor.address, session_lifetime(tools)}));
}

SignedIn refresh(const Tools& tools, const People& people, std::string_view refresh_token) {
    auto outcome = tools.store.write([&](store::Transaction& transaction) {
        return access::refresh_session(
            transaction, tools.random, tools.clock.now(), refresh_token, session_lifetime(tools));
    });
    if (auto* const opened = std::get_if<access::Opened>(&outcome))
        return signed_in(tools, people, std::move(*opened));
    if (const auto* const reused = std::get_if<access::Reused>(&outcome))
        tools.log.write(
            Level::warn,
            "session.reused",
            {{"person", reused->person.text()}, {"session", reused->session.text()}});
    throw Error(
        Code::unauthenticated,
        "The session is over or its refresh token was used before",
        "sign in again");
}

void require_password(
    const Tools& tools, const People& people, const PersonId& person, const Secret& password) {
    const auto now = tools.clock.now();
    const auto bucket = person_bucket(person);
    const auto identity = tools.store.read(
        [&](store::Reader& reader) { return access::find_identity(reader, person); });
    const auto wait = tools.store.write(
        [&](store::Transaction& transaction) { return access::take(transaction, now, {bucket}); });
    if (wait)
        throw too_often("say the password", *wait);
    if (!people.hasher.matches(identity ? identity->password : std::nullopt, password))
        throw Error(
            Code::forbidden,
            "The password is wrong",
            "say the one you sign in with",
            {{"/password", "password.wrong", "is wrong"}});
    tools.store.write(
        [&](store::Transaction& transaction) { access::fill(transaction, bucket.name); });
}

}  // namespace caas::flow

#include "core/flow/recover.h"

#include <nlohmann/json.hpp>

#include "core/access/audit.h"
#include "core/access/device.h"
#include "core/access/identity.h"
#include "core/access/installation.h"
#include "core/access/invitation.h"
#include "core/access/one_time.h"
#include "core/access/session.h"
#include "core/access/token.h"
#include "core/access/totp.h"
#include "core/flow/letter.h"
#include "core/flow/proof.h"

namespace caas::flow {
namespace {

using access::Purpose;
using std::chrono::minutes;

constexpr auto reset_lifetime = std::chrono::hours(1);

// Whoever knew the former password keeps nothing of what it earned them.
void store_password(
    const Tools& tools,
    store::Transaction& transaction,
    const PersonId& person,
    const std::string& hash,
    const std::optional<access::SessionId>& kept,
    TokensOnPurpose tokens) {
    const auto now = tools.clock.now();
    access::set_password(transaction, person, now, hash);
    access::end_sessions(transaction, person, now, access::SessionEnd::password, kept);
    access::end_devices(transaction, person, now);
    for (const auto purpose : {Purpose::change_email, Purpose::reset_password, Purpose::welcome})
        access::drop_one_time(transaction, person, purpose);
    note_change(transaction, now, person, "person.password");
    const auto identity = access::find_identity(transaction, person);
    if (identity && identity->email)
        write_password_changed(tools, transaction, *identity->email, identity->name, tokens);
}

// Whoever registered with an address that was never confirmed may not be its reader, who must not
// be kept out by what they set up. Whether there was such a one.
bool drop_unproven(const Tools& tools, store::Transaction& transaction, const PersonId& person) {
    const auto identity = identity_of(transaction, person);
    if (identity.email_verified_at || !identity.password)
        return false;
    const auto now = tools.clock.now();
    access::revoke_tokens_of(transaction, person, now);
    for (const auto& organization : access::organizations_of(transaction, person))
        access::revoke_invitations_by(transaction, organization, person, now);
    access::end_totp(transaction, person);
    if (identity.has_totp)
        note_change(transaction, now, person, "person.second_factor_ended");
    return true;
}

// From afar nobody ends a factor that guards the installation, nor their own without the password:
// it is there for when a session is stolen. On the machine its owner may do everything.
void check_may_end_factor(const access::Principal& by, const access::Person& person) {
    if (by.is_local_owner)
        return;
    if (person.id == by.person)
        throw Error(
            Code::conflict,
            "End your own second factor with your password",
            "send it with: POST auth/totp/disable; if the device is lost, run on the machine of "
            "caas: caas admin end-factor " +
                person.id.text());
    if (person.is_installation_owner)
        throw Error(
            Code::conflict,
            person.name + " is an owner of the installation",
            "run on the machine of caas: caas admin end-factor " + person.id.text());
}

}  // namespace

void ask_for_reset(const Tools& tools, const std::string& address, const Visitor& visitor) {
    const auto email = access::checked_email(address);
    const auto now = tools.clock.now();
    // One transaction whether or not there is such a person, so that the time tells as little as
    // the answer.
    const auto wait = tools.store.write([&](store::Transaction& transaction) {
        const auto later = access::take(transaction, now, mail_buckets(email, visitor));
        const auto identity = access::find_identity_by_email(transaction, email);
        if (later || !identity || identity->disabled_at)
            return later;
        const auto token = access::make_one_time(
            transaction,
            tools.random,
            now,
            Purpose::reset_password,
            {identity->person, email},
            reset_lifetime);
        write_reset(tools, transaction, email, identity->name, token);
        return later;
    });
    if (wait)
        throw too_often("get a mail", *wait);
}

void reset_password(
    const Tools& tools, const People& people, const Secret& token, const Secret& password) {
    const auto found = tools.store.read([&](store::Reader& reader) {
        const auto find = [&](Purpose purpose) {
            return access::find_one_time(reader, tools.clock.now(), purpose, token.reveal());
        };
        auto mailed = find(Purpose::reset_password);
        return mailed ? mailed : find(Purpose::welcome);
    });
    // Before the costly hash: this is open to everybody.
    if (!found)
        throw token_spent();
    access::check_password(password, found->email);
    const auto hash = people.hasher.hash(password);
    tools.store.write([&](store::Transaction& transaction) {
        const auto now = tools.clock.now();
        const auto use = [&](Purpose purpose) {
            return access::use_one_time(transaction, now, purpose, token.reveal());
        };
        auto used = use(Purpose::reset_password);
        if (!used)
            used = use(Purpose::welcome);
        if (!used)
            throw token_spent();
        const bool is_first_proof = drop_unproven(tools, transaction, used->person);
        // Who has the token has read the mail, or was given it by the owner of the installation.
        access::note_verified(transaction, used->person, now);
        store_password(
            tools,
            transaction,
            used->person,
            hash,
            std::nullopt,
            is_first_proof ? TokensOnPurpose::end : TokensOnPurpose::go_on);
    });
}

void change_password(
    const Tools& tools,
    const People& people,
    const access::Principal& principal,
    const Secret& password) {
    const auto identity = tools.store.read(
        [&](store::Reader& reader) { return identity_of(reader, principal.person); });
    access::check_password(password, identity.email.value_or(""));
    const auto hash = people.hasher.hash(password);
    tools.store.write([&](store::Transaction& transaction) {
        store_password(
            tools, transaction, principal.person, hash, principal.session, TokensOnPurpose::go_on);
    });
}

NewFactor begin_second_factor(const Tools& tools, const PersonId& person) {
    const auto secret = access::make_totp_secret(tools.random);
    const auto sealed = tools.vault().seal(secret.reveal(), access::totp_place(person));
    const auto identity = tools.store.write([&](store::Transaction& transaction) {
        auto found = identity_of(transaction, person);
        if (found.has_totp)
            throw Error(
                Code::conflict,
                "You already have a second factor",
                "end it first, then begin with another one");
        access::begin_totp(transaction, person, sealed);
        return found;
    });
    return {
        access::to_base32(secret.reveal()),
        access::totp_uri(secret, identity.email.value_or(identity.name))};
}

std::vector<std::string> confirm_second_factor(
    const Tools& tools, const PersonId& person, std::string_view code) {
    const auto now = tools.clock.now();
    const auto wait = tools.store.write([&](store::Transaction& transaction) {
        return access::take(transaction, now, {{"totp/person/" + person.text(), 10, minutes(1)}});
    });
    if (wait)
        throw too_often("confirm a second factor", *wait);
    auto codes = access::make_recovery_codes(tools.random);
    std::vector<std::string> digests;
    digests.reserve(codes.size());
    for (const auto& each : codes)
        digests.push_back(access::recovery_digest(each));
    tools.store.write([&](store::Transaction& transaction) {
        const auto identity = identity_of(transaction, person);
        if (!identity.totp_secret || identity.has_totp)
            throw Error(
                Code::conflict,
                "There is no second factor to confirm",
                "begin one with: POST auth/totp");
        const auto secret = tools.vault().open(*identity.totp_secret, access::totp_place(person));
        const auto step = access::totp_step(secret, code, now, std::nullopt);
        if (!step)
            throw Error(
                Code::forbidden,
                "The code is wrong",
                "send the six digits the app shows now; is the clock of the device right?",
                {{"/code", "second_factor.wrong", "is wrong"}});
        access::confirm_totp(transaction, person, now, *step, digests);
        note_change(transaction, now, person, "person.second_factor");
    });
    return codes;
}

void end_second_factor(const Tools& tools, const PersonId& person) {
    tools.store.write([&](store::Transaction& transaction) {
        if (!identity_of(transaction, person).has_totp)
            throw Error(Code::conflict, "You have no second factor");
        access::end_totp(transaction, person);
        note_change(transaction, tools.clock.now(), person, "person.second_factor_ended");
    });
}

access::Person end_second_factor_of(
    const Tools& tools, const access::Principal& by, std::string_view who) {
    return tools.store.write([&](store::Transaction& transaction) {
        auto person = access::get_any_person(transaction, who);
        check_may_end_factor(by, person);
        if (!identity_of(transaction, person.id).has_totp)
            throw Error(Code::conflict, person.name + " has no second factor");
        access::end_totp(transaction, person.id);
        access::record(
            transaction,
            tools.clock.now(),
            access::actor_of(by),
            access::installation_chain,
            {"person.second_factor_ended", person.id.text()},
            {{"name", person.name}});
        if (person.email)
            write_second_factor_ended(tools, transaction, *person.email, person.name);
        return person;
    });
}

}  // namespace caas::flow

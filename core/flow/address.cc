#include "core/flow/address.h"

#include "core/access/identity.h"
#include "core/access/one_time.h"
#include "core/flow/letter.h"
#include "core/flow/proof.h"

namespace caas::flow {
namespace {

using std::chrono::hours;

constexpr auto verification_lifetime = hours(72);
constexpr auto change_lifetime = hours(24);

// Whoever is signed in could write to strangers through us, from ever other addresses of the
// network: five mails, then one in a quarter of an hour.
access::Bucket change_bucket(const PersonId& person) {
    return {"mail/change/" + person.text(), 5, std::chrono::minutes(15)};
}

void take_address(
    const Tools& tools,
    store::Transaction& transaction,
    const PersonId& person,
    const std::string& email) {
    const auto now = tools.clock.now();
    const auto before = identity_of(transaction, person);
    access::set_email(transaction, person, email);
    access::note_verified(transaction, person, now);
    note_change(transaction, now, person, "person.email");
    if (before.email)
        write_address_changed(tools, transaction, *before.email, before.name, email);
}

}  // namespace

void ask_to_verify(const Tools& tools, const PersonId& person) {
    const auto now = tools.clock.now();
    const auto wait = tools.store.write([&](store::Transaction& transaction) {
        const auto identity = identity_of(transaction, person);
        if (!identity.email)
            throw Error(
                Code::conflict,
                "You have no e-mail address here",
                "run: caas user create --email YOU@example.org");
        if (identity.email_verified_at)
            return std::optional<Milliseconds>();
        auto later = access::take(transaction, now, {member_mail_bucket(*identity.email)});
        if (later)
            return later;
        const auto token = access::make_one_time(
            transaction,
            tools.random,
            now,
            access::Purpose::verify_email,
            {person, *identity.email},
            verification_lifetime);
        write_verification(tools, transaction, *identity.email, identity.name, token);
        return later;
    });
    if (wait)
        throw too_often("get a mail", *wait);
}

void ask_for_address(
    const Tools& tools,
    const PersonId& person,
    const std::string& address,
    const Visitor& visitor) {
    const auto email = access::checked_email(address);
    const auto now = tools.clock.now();
    const auto wait = tools.store.write([&](store::Transaction& transaction) {
        const auto identity = identity_of(transaction, person);
        if (identity.email == email)
            throw Error(Code::conflict, "That is your address already");
        auto buckets = mail_buckets(email, visitor);
        buckets.push_back(change_bucket(person));
        const auto later = access::take(transaction, now, buckets);
        if (later || access::find_identity_by_email(transaction, email))
            return later;
        const auto token = access::make_one_time(
            transaction,
            tools.random,
            now,
            access::Purpose::change_email,
            {person, email},
            change_lifetime);
        write_address_change(tools, transaction, email, identity.name, token);
        return later;
    });
    if (wait)
        throw too_often("get a mail", *wait);
}

void verify_email(const Tools& tools, const Secret& token) {
    tools.store.write([&](store::Transaction& transaction) {
        const auto now = tools.clock.now();
        const auto use = [&](access::Purpose purpose) {
            return access::use_one_time(transaction, now, purpose, token.reveal());
        };
        if (const auto known = use(access::Purpose::verify_email))
            access::note_verified(transaction, known->person, now);
        else if (const auto asked = use(access::Purpose::change_email))
            take_address(tools, transaction, asked->person, asked->email);
        else
            throw token_spent();
    });
}

}  // namespace caas::flow

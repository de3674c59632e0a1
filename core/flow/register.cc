#include "core/flow/register.h"

#include <nlohmann/json.hpp>

#include "core/access/audit.h"
#include "core/access/invitation.h"
#include "core/access/member.h"
#include "core/access/name.h"
#include "core/access/one_time.h"
#include "core/access/tenancy.h"
#include "core/flow/join.h"
#include "core/flow/letter.h"
#include "core/flow/proof.h"

namespace caas::flow {
namespace {

constexpr auto verification_lifetime = std::chrono::hours(72);
constexpr auto welcome_lifetime = std::chrono::hours(24);

// Ten from one address, then one in six minutes.
access::Bucket registration_bucket(std::string_view address) {
    return {"register/address/" + access::address_group(address), 10, std::chrono::minutes(6)};
}

std::string name_of(const std::string& email) {
    return email.substr(0, email.find('@'));
}

void take_try(const Tools& tools, const Visitor& visitor) {
    if (visitor.address.empty())
        return;
    const auto wait = tools.store.write([&](store::Transaction& transaction) {
        return access::take(transaction, tools.clock.now(), {registration_bucket(visitor.address)});
    });
    if (wait)
        throw too_often("register", *wait);
}

void check_open(const Tools& tools, const Registration& asked) {
    if (asked.invitation || tools.settings.text("auth.registration") == "open")
        return;
    throw Error(
        Code::forbidden,
        "Nobody can register here without an invitation",
        "ask a member of an organization to invite you, or the owner of the installation for a "
        "link");
}

// Before the costly hash, and before anything depends on whether the address is taken.
void check_home(const Registration& asked, const std::string& name) {
    if (asked.invitation && !asked.organization)
        return;
    access::check_name(asked.organization.value_or(name), "The name of an organization");
    access::check_zone(asked.zone);
}

void check_free(store::Reader& reader, const std::string& email) {
    if (access::find_identity_by_email(reader, email))
        throw Error(
            Code::conflict,
            "Somebody here already has the address " + email,
            "sign in with it, or ask for a new password");
}

// `by`: nobody when they register by themselves.
access::Actor actor_for(const access::Principal* by, const PersonId& person) {
    return by != nullptr ? access::actor_of(*by) : access::Actor{person, std::nullopt};
}

access::Person make_person(
    const Tools& tools,
    store::Transaction& transaction,
    const access::Principal* by,
    const std::string& email,
    const std::string& name) {
    check_free(transaction, email);
    auto person = access::create_person(transaction, tools.ids, tools.clock.now(), name, email);
    access::record(
        transaction,
        tools.clock.now(),
        actor_for(by, person.id),
        access::installation_chain,
        {"person.create", person.id.text()},
        Json{{"email", email}});
    return person;
}

void give_organization(
    const Tools& tools,
    store::Transaction& transaction,
    const access::Principal* by,
    const PersonId& person,
    const std::string& name,
    const std::string& zone) {
    const auto now = tools.clock.now();
    const auto organization = access::create_organization(transaction, tools.ids, now, name);
    access::create_workspace(transaction, tools.ids, now, organization.id, name, zone);
    access::set_member(transaction, now, organization.id, person, access::Role::owner);
    access::record(
        transaction,
        now,
        actor_for(by, person),
        organization.id.text(),
        {"organization.create", organization.id.text()},
        Json{{"name", name}});
}

void check_invitation(
    store::Reader& reader, const std::string& invitation, const std::string& email, Instant now) {
    const auto found = access::find_invitation(reader, invitation, now);
    if (!found)
        throw Error(
            Code::not_found,
            "This invitation is not good: it was used, revoked, or is too old",
            "ask for another one");
    if (found->email != email)
        throw Error(
            Code::forbidden,
            "This invitation is for another e-mail address than yours",
            "register with the address it was sent to, or ask for one to yours");
}

void take_up(
    const Tools& tools,
    store::Transaction& transaction,
    const PersonId& person,
    const std::string& invitation) {
    const auto now = tools.clock.now();
    const auto accepted = join(tools, transaction, invitation, person);
    access::record(
        transaction,
        now,
        {person, std::nullopt},
        accepted.organization.text(),
        {"invitation.accept", accepted.id.text()},
        Json{{"email", accepted.email}, {"role", access::name(accepted.role)}});
}

void ask_to_verify(
    const Tools& tools,
    store::Transaction& transaction,
    const PersonId& person,
    const std::string& email,
    const std::string& name) {
    const auto token = access::make_one_time(
        transaction,
        tools.random,
        tools.clock.now(),
        access::Purpose::verify_email,
        {person, email},
        verification_lifetime);
    write_verification(tools, transaction, email, name, token);
}

// Where addresses must be confirmed, only the reader of the mail learns that the address is taken:
// whoever asked is answered as if they had registered.
Registered tell_owner(
    const Tools& tools,
    store::Transaction& transaction,
    const access::Identity& known,
    const std::string& name) {
    const auto now = tools.clock.now();
    const bool may_write =
        !known.disabled_at && !access::take(transaction, now, mail_buckets(*known.email, {}));
    if (may_write)
        write_registered_already(tools, transaction, *known.email, known.name);
    Registered pretended;
    pretended.person.person = tools.ids.make<PersonId>();
    pretended.person.name = name;
    pretended.person.email = known.email;
    return pretended;
}

// Does nothing for who is one already.
void make_installation_owner(
    store::Transaction& transaction,
    const access::Principal& by,
    const PersonId& person,
    const std::string& email,
    Instant now) {
    const auto known = access::find_identity(transaction, person);
    if (known && known->is_installation_owner)
        return;
    access::set_installation_owner(transaction, person);
    access::record(
        transaction,
        now,
        access::actor_of(by),
        access::installation_chain,
        {"installation.owner", person.text()},
        Json{{"email", email}});
}

// Who used the home when it had no people gets the address and owns the installation.
PersonId adopt_local_owner(
    store::Transaction& transaction,
    const access::Principal& by,
    const std::string& email,
    Instant now) {
    access::set_email(transaction, by.person, email);
    make_installation_owner(transaction, by, by.person, email, now);
    return by.person;
}

// Whoever registered with an address need not be who reads its mail.
void require_proven(const access::Identity& known) {
    if (known.password && !known.email_verified_at)
        throw Error(
            Code::conflict,
            "Somebody registered with this address and has not confirmed that it is theirs",
            "make them an owner once they have used a link of: caas user create --email " +
                known.email.value_or("ADDRESS"));
}

// From afar nobody sets the password of who guards the installation, nor their own without the
// former one: else a stolen session were enough. On the machine its owner may do everything.
void check_may_make_link(const access::Principal& by, const access::Identity& known) {
    if (by.is_local_owner)
        return;
    const auto hint =
        "run on the machine of caas: caas user create --email " + known.email.value_or("ADDRESS");
    if (known.person == by.person)
        throw Error(
            Code::conflict,
            "Change your own password with the one you have",
            "run: caas user password; if it is lost, " + hint);
    if (known.is_installation_owner)
        throw Error(Code::conflict, known.name + " is an owner of the installation", hint);
}

// Somebody else can set the password now: the log and the person hear of it before it is used.
void tell_of_link(
    const Tools& tools,
    store::Transaction& transaction,
    const access::Principal& by,
    const access::Identity& known,
    const std::string& email) {
    access::record(
        transaction,
        tools.clock.now(),
        access::actor_of(by),
        access::installation_chain,
        {"person.password_link", known.person.text()},
        Json{{"email", email}});
    const auto maker = access::find_identity(transaction, by.person);
    write_link_made(tools, transaction, email, known.name, maker ? maker->name : by.person.text());
}

}  // namespace

Registered register_person(
    const Tools& tools, const People& people, const Registration& asked, const Visitor& visitor) {
    check_open(tools, asked);
    const auto email = access::checked_email(asked.email);
    access::check_password(asked.password, email);
    const auto name = asked.name.empty() ? name_of(email) : asked.name;
    access::check_name(name, "The name of a person");
    take_try(tools, visitor);
    const bool is_secretive = tools.settings.truth("auth.verified_email");
    tools.store.read([&](store::Reader& reader) {
        if (!is_secretive)
            check_free(reader, email);
        if (asked.invitation)
            check_invitation(reader, *asked.invitation, email, tools.clock.now());
    });
    check_home(asked, name);
    const auto hash = people.hasher.hash(asked.password);
    return tools.store.write([&](store::Transaction& transaction) {
        if (is_secretive) {
            if (const auto known = access::find_identity_by_email(transaction, email))
                return tell_owner(tools, transaction, *known, name);
        }
        const auto person = make_person(tools, transaction, nullptr, email, name).id;
        access::set_password(transaction, person, tools.clock.now(), hash);
        if (asked.invitation)
            take_up(tools, transaction, person, *asked.invitation);
        if (!asked.invitation || asked.organization)
            give_organization(
                tools, transaction, nullptr, person, asked.organization.value_or(name), asked.zone);
        ask_to_verify(tools, transaction, person, email, name);
        Registered made;
        made.person = *access::find_identity(transaction, person);
        if (!is_secretive)
            made.session = open_session(tools, people, transaction, person, visitor);
        return made;
    });
}

Welcomed welcome_person(const Tools& tools, const access::Principal& by, const NewPerson& asked) {
    const auto email = access::checked_email(asked.email);
    if (asked.name)
        access::check_name(*asked.name, "The name of a person");
    const auto now = tools.clock.now();
    return tools.store.write([&](store::Transaction& transaction) {
        Welcomed welcomed;
        const auto known = access::find_identity_by_email(transaction, email);
        const auto own = access::find_identity(transaction, by.person);
        PersonId person;
        if (known) {
            check_may_make_link(by, *known);
            if (asked.is_installation_owner)
                require_proven(*known);
            person = known->person;
            tell_of_link(tools, transaction, by, *known, email);
        } else if (by.is_local_owner && own && !own->email) {
            person = adopt_local_owner(transaction, by, email, now);
            welcomed.is_new = true;
        } else {
            const auto name = asked.name.value_or(name_of(email));
            person = make_person(tools, transaction, &by, email, name).id;
            give_organization(tools, transaction, &by, person, name, "UTC");
            welcomed.is_new = true;
        }
        if (asked.is_installation_owner)
            make_installation_owner(transaction, by, person, email, now);
        welcomed.expires_at = now + welcome_lifetime;
        welcomed.token = access::make_one_time(
            transaction,
            tools.random,
            now,
            access::Purpose::welcome,
            {person, email},
            welcome_lifetime);
        welcomed.url = link_to(tools, "reset-password", welcomed.token);
        welcomed.person = *access::find_identity(transaction, person);
        if (asked.is_mailed)
            write_reset(tools, transaction, email, welcomed.person.name, welcomed.token);
        return welcomed;
    });
}

}  // namespace caas::flow

// How people come in: by themselves where the installation is open to all, by an invitation, or
// made by the owner of the installation, who gives them a link.
#pragma once

#include <optional>
#include <string>

#include "core/access/identity.h"
#include "core/access/principal.h"
#include "core/flow/people.h"
#include "core/flow/sign_in.h"
#include "core/flow/tools.h"

namespace caas::flow {

struct Registration {
    std::string email;
    Secret password;
    std::string name;                         // empty: the address up to its @
    std::optional<std::string> organization;  // what theirs is called; not given: as they are
    std::string zone = "UTC";
    std::optional<std::string> invitation;  // its token
};

struct Registered {
    access::Identity person;
    std::optional<SignedIn> session;  // none where the address must be verified first
};

// Makes the person, an organization and a workspace of their own (with an invitation only when one
// is named: they are a member of the inviting one) and writes them to verify their address. Throws
// Error: forbidden where registration is closed; invalid; conflict when the address is taken, but
// not where addresses must be confirmed: there the answer is the same, and its owner gets a mail;
// rate_limited; not_found for an invitation that is not good.
Registered register_person(
    const Tools& tools, const People& people, const Registration& asked, const Visitor& visitor);

struct NewPerson {
    std::string email;
    std::optional<std::string> name;
    bool is_installation_owner = false;
    bool is_mailed = false;  // the link goes to their address as well
};

struct Welcomed {
    access::Identity person;
    bool is_new = false;
    Secret token;  // sets their password, once, within a day
    std::string url;
    Instant expires_at;
};

// For the owner of the installation. The first one made is who used this home before it had people:
// they become its owner. For who is there already another link is made, and they are told by mail
// who made it; from afar not for oneself nor for an owner of the installation. Throws Error:
// invalid, conflict.
Welcomed welcome_person(const Tools& tools, const access::Principal& by, const NewPerson& asked);

}  // namespace caas::flow

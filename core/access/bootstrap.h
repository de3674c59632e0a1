// The first person, organization and workspace of a home, and who acts in a local command.
//
// Repository functions over a reader or a transaction; they keep no state.
#pragma once

#include <optional>
#include <string_view>

#include "core/access/principal.h"
#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/store/connection.h"

namespace caas::access {

// The person of this machine, in the oldest organization that is theirs: they act in every local
// command, whoever registered before them. nullopt while bootstrap() has something to make.
std::optional<Principal> local_owner(store::Reader& reader);

// Makes what is missing: the person of this machine, an organization and a workspace of theirs, all
// named after `user` (the name at the operating system; "me" when it is empty), the workspace in
// `zone` (UTC when it is unknown). Who registered is never taken for them, but for an owner of the
// installation in a home of before there was a mark. Does nothing in a home that has them; two
// processes may do it at once.
Principal bootstrap(
    store::Transaction& transaction,
    IdMaker& ids,
    Instant now,
    std::string_view user,
    std::string_view zone);

}  // namespace caas::access

// Idempotency-Key: a write that names itself is done once, and a repeat gets the first answer.
//
// A key is kept for 24 hours, for one person in one organization, beside a digest of the request
// (method, path, query, workspace, body): the same key with another request is a conflict, and so
// is a repeat while the first one is under way. What was refused did nothing, so its key is free
// again. A key whose process died before it could answer stays taken, and so does one whose commit
// was left undecided: nobody can tell whether the thing was done, and it is never done twice on a
// guess. Of an answer of more than 16 MiB only this is kept, that it was done: a repeat is a
// conflict that says so.
//
// Functions over the store, so that several daemons agree; thread-safe.
#pragma once

#include "core/api/route.h"
#include "core/base/clock.h"
#include "core/store/connection.h"

namespace caas::api {

// Runs the handler of `route` for a call with this key (key_form.h), or gives the answer kept.
// Throws what the handler throws; Error(conflict).
Response handle_once(const Route& route, Call& call, const std::string& key);

// Takes over the keys of the last 24 hours, with their answers, from the database that a backup
// takes the place of: what is asked again under one of them was done, also when the backup does not
// know what. Without those of people and organizations that the backup does not have; the posts
// that an answer names may not exist. Nothing of what cannot be read. nullptr: there is no such
// database.
void carry_keys(store::Transaction& transaction, store::Reader* former, Instant now);

}  // namespace caas::api

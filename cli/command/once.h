// A change that the person has named, so that a script may run its command again.
#pragma once

#include "cli/call.h"

namespace caas::cli::command {

inline constexpr Option key_option{
    .name = "idempotency-key",
    .value = "KEY",
    .help =
        "a name of yours for this, such as that of a job and its step: run again with it within 24 "
        "hours, the same command makes nothing more, and shows what was made; every other command "
        "needs another name"};

// Sends it under the key that --idempotency-key gives, and says when that was done before. Throws
// what Call::send() throws; Error: usage for an empty key, invalid for what is none.
Answer send_once(Call& call, Ask ask);

// Whether that is the answer of an earlier run with the same key, which tells how things stood
// then.
bool was_done_before(const Call& call, const Answer& answer);

// Of a post that an earlier run with the same key ordered and that is gone: a backup that does not
// know it was restored since, or it was deleted.
void warn_of_lost(Call& call, const Json& post);

// Warns of those of the posts that an earlier run ordered which are gone. Whether there are any.
bool has_lost(Call& call, const Answer& answer, const Json& posts);

}  // namespace caas::cli::command

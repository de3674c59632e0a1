// Mail that waits in the store: put there in the transaction of what it tells of, sent afterwards,
// tried again when the server is away. Its text is sealed, since it may hold a token, and is
// forgotten once it is sent.
//
// Functions over a transaction or a store; they keep no state.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/log.h"
#include "core/base/random.h"
#include "core/notice/mailer.h"
#include "core/store/store.h"
#include "core/vault/vault.h"

namespace caas::notice {

// Throws Error as Vault::seal.
void enqueue(
    store::Transaction& transaction,
    IdMaker& ids,
    const vault::Vault& vault,
    Instant now,
    const Mail& mail);

// All references must outlive the call.
struct Post {
    store::Store& store;
    Mailer& mailer;
    // Opened when there is something to send.
    std::function<const vault::Vault&()> vault;
    Clock& clock;
    Random& random;
    Log& log;
};

// Sends what is due. Gives when there is something again; nullopt: nothing waits. Several daemons
// may do so at once: each message is one's for two minutes.
std::optional<Instant> deliver_mail(const Post& post);

}  // namespace caas::notice

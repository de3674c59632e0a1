// Looking after the data of an installation on this machine: copies, checks, the schema.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/app/app.h"
#include "core/app/backup_media.h"
#include "core/base/clock.h"
#include "core/config/paths.h"
#include "core/platform/outbox/home.h"

namespace caas::app {

struct BackupFacts {
    std::uintmax_t bytes = 0;
    bool has_keys = false;
    std::int64_t contents = 0;
    std::int64_t posts = 0;
    std::optional<MediaFacts> media;  // nullopt: none is in it, see `with_media`
};

// Writes one file (SQLite, whatever the database is) that holds the whole database as of one
// moment, verified, the secret key unless `with_keys` is false, and the files of the media unless
// `with_media` is false or they lie in a bucket; others go on working meanwhile. The file has mode
// 0600: with the key in it, it opens every account. Throws Error: usage for an empty name or `-`,
// conflict when the file exists, not_found when its folder does not, storage_full.
BackupFacts backup(
    App& app, const std::filesystem::path& file, bool with_keys, bool with_media = true);

struct RestoreFacts {
    std::filesystem::path kept;  // where the former database lies now; empty: there was none
    bool leads_back = false;     // whether that can be restored in its turn
    bool has_keys = false;       // whether the backup brought its key, or it lay beside it
    bool needs_keys = false;     // whether it has accounts that cannot be used without
    std::int64_t contents = 0;
    std::int64_t posts = 0;
    std::int64_t held_posts = 0;   // may have been sent since: unconfirmed, until a person says so
    std::int64_t held_series = 0;  // whose times that passed since are left out
    // Are due later by the backup and go out then: the former database, if there was one, does not
    // tell whether they were sent at an earlier time; also where nothing in it is later than the
    // backup, or it was copied into another one that went on (delivery/former.h).
    std::int64_t unchecked_posts = 0;
    // Made after the backup, by the former database: the restored one knows nothing of them.
    // nullopt: there was none, or it does not tell.
    std::optional<std::int64_t> posts_made_since;
    // Tokens, sign-ins and people that may no more, by the former database (access/revocation.h).
    std::int64_t revoked = 0;
    MediaFacts media;  // what the folder of the media holds now
    platform::outbox::Rehomed outboxes;
};

// Puts a backup in the place of the database, and its media into their folder beside what is there.
// The former database is renamed, not deleted, and made a backup, which leads back by another
// restore: put in place again as it is, it would send what was sent meanwhile. Its key is kept
// beside it as `secret.key.before-restore-…` when the backup brings another. What may have been
// sent since the backup was made does not go out by itself (flow/resume_backup.h), and what is
// asked again under an Idempotency-Key of the former database is not done again
// (api/idempotency.h). Outboxes that wrote into the home of the backup write into this one. Throws
// Error: engine_running while a daemon or another engine uses the folder, invalid when the file is
// no sound backup, storage_newer when a newer version made it, conflict when it was made after what
// `clock` shows: a clock that is behind does not tell what came due since. With `trusts_clock` it
// is the other clock that was wrong, and what was due by that is held back as well.
RestoreFacts restore(
    const config::Paths& paths,
    const std::filesystem::path& file,
    Clock& clock,
    bool trusts_clock = false);

struct SchemaFacts {
    std::int64_t version = 0;         // of the database, after opening it brought it up to date
    std::vector<std::string> faults;  // of the consistency check; empty: sound
};

SchemaFacts check_database(App& app);

// Whether the files of the media are there; nullopt: they lie in a bucket, which is not looked
// through. Throws Error(forbidden) where their folder is closed to this user.
std::optional<MediaFacts> check_media(App& app, Depth depth = Depth::size);

// Throws Error where a PostgreSQL database can be read, but nothing stored in it.
void expect_writable(App& app);

struct CopyFacts {
    std::int64_t tables = 0;
    std::int64_t rows = 0;
    bool is_noted = false;  // in `from`, so that a restore in its place does not take it for newest
};

// Moves a whole installation from one database into another: `from` and `to` are files (SQLite) or
// addresses (postgresql://…). Every row is compared before the copy counts. Throws Error:
// engine_running while a program works on `from`, conflict when that is a backup, and what
// store::copy_database throws.
CopyFacts copy_database(const std::string& from, const std::string& to, Clock& clock);

}  // namespace caas::app

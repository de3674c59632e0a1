#include "core/app/maintenance.h"

#include <system_error>

#include <sys/stat.h>

#include "core/access/revocation.h"
#include "core/api/idempotency.h"
#include "core/app/daemon_presence.h"
#include "core/app/draft.h"
#include "core/app/engine_presence.h"
#include "core/app/former_data.h"
#include "core/app/home_database.h"
#include "core/base/digest.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/time_zone.h"
#include "core/delivery/former.h"
#include "core/flow/organize.h"
#include "core/flow/resume_backup.h"
#include "core/media/file.h"
#include "core/store/connection.h"
#include "core/store/copy.h"
#include "core/store/migrate.h"
#include "core/store/postgres.h"
#include "core/store/store.h"

namespace caas::app {
namespace {

std::int64_t count(store::Reader& reader, std::string_view sql) {
    return reader.query(sql, {}).front().integer(0);
}

std::int64_t count_contents(store::Reader& reader) {
    return count(reader, "SELECT count(*) FROM content WHERE deleted_at IS NULL");
}

std::int64_t count_posts(store::Reader& reader) {
    return count(reader, "SELECT count(*) FROM post");
}

bool has_sealed_accounts(store::Reader& reader) {
    constexpr std::string_view sql = R"(SELECT count(*)
FROM account
WHERE secret IS NOT NULL
    AND state <> 'disconnected')";
    return count(reader, sql) > 0;
}

std::string first_fault(const std::vector<std::string>& faults) {
    return faults.empty() ? std::string() : faults.front();
}

Error no_backup(const std::filesystem::path& file) {
    return {
        Code::invalid, file.string() + " is not a backup of caas", "`caas backup FILE` makes one"};
}

void take_copy(const std::filesystem::path& file, const std::filesystem::path& copy) {
    std::error_code failed;
    const auto kind = std::filesystem::status(file, failed).type();
    if (kind == std::filesystem::file_type::not_found)
        throw Error(Code::not_found, "There is no file " + file.string(), "check the path");
    // `none`: we may not look; the copying is told why.
    if (kind != std::filesystem::file_type::regular && kind != std::filesystem::file_type::none)
        throw Error(
            Code::invalid,
            file.string() + " is no regular file, and so no backup of caas",
            "name the file that `caas backup` made");
    std::filesystem::copy_file(file, copy, failed);
    if (failed)
        throw Error(
            Code::forbidden, "The file " + file.string() + " cannot be read: " + failed.message());
    std::filesystem::permissions(copy, std::filesystem::perms(0600));
}

// What came due since the backup was made, a clock that is behind does not tell.
void require_time(Instant made_at, Instant now) {
    if (made_at <= now)
        return;
    throw Error(
        Code::conflict,
        "By the clock of this machine it is " + to_rfc3339(now) + ", but the backup was made at " +
            to_rfc3339(made_at) + ": what was sent since would be sent again",
        "Set the clock (timedatectl set-ntp true) and restore again. Where it is right, and the "
        "clock was ahead when the backup was made: --trust-clock");
}

// Nothing that may have been sent since goes out again by itself.
void hold_back(
    store::Connection& connection,
    Instant made_at,
    Instant now,
    store::Reader* former,
    RestoreFacts& facts) {
    connection.begin();
    store::Transaction transaction(connection);
    const auto held = flow::resume_backup(transaction, made_at, now, former);
    api::carry_keys(transaction, former, now);
    facts.revoked = access::carry_revocations(transaction, former, made_at);
    flow::hold_shut(transaction, now);
    delivery::forget_copied_away(transaction);
    connection.commit();
    facts.held_posts = held.posts;
    facts.held_series = held.series;
    facts.unchecked_posts = held.unchecked;
    facts.posts_made_since = held.made_since;
}

// The data folder that the backup was made of; empty in one of a version that did not note it.
std::filesystem::path former_home(store::Reader& backup) {
    constexpr std::string_view look =
        "SELECT 1 FROM pragma_table_info('backup') WHERE name = 'data_folder'";
    if (backup.query(look, {}).empty())
        return {};
    return backup.query("SELECT data_folder FROM backup", {}).front().maybe_text(0).value_or("");
}

// Nothing is written into the home that the backup was made of.
platform::outbox::Rehomed rehome(
    store::Connection& connection, const std::filesystem::path& home, Instant now) {
    connection.begin();
    store::Transaction transaction(connection);
    auto rehomed = platform::outbox::rehome(transaction, former_home(connection), home, now);
    connection.commit();
    return rehomed;
}

// Makes a database for `paths` of the copy of a backup, and puts its media there; gives the key
// that was in it.
std::optional<std::string> unpack(
    const std::filesystem::path& copy,
    const std::filesystem::path& file,
    const config::Paths& paths,
    Clock& clock,
    bool trusts_clock,
    RestoreFacts& facts) {
    try {
        const auto connection = store::sqlite(copy)->open_writer();
        // Before anything large is written: a log of many pages gets a connection of its own, which
        // would hold on to it.
        connection->run_script("PRAGMA journal_mode = DELETE");
        if (const auto fault = first_fault(connection->check()); !fault.empty())
            throw Error(Code::invalid, "The backup is damaged: " + fault, "use another one");
        if (!is_backup(*connection) || !connection->has_table("migration"))
            throw no_backup(file);
        store::pending(*connection, store::migrations());
        const auto marks = connection->query("SELECT secret_key, made_at FROM backup", {});
        if (marks.size() != 1)
            throw no_backup(file);
        const auto made_at = marks.front().instant(1);
        if (!trusts_clock)
            require_time(made_at, clock.now());
        std::optional<std::string> key;
        if (const auto text = marks.front().maybe_text(0)) {
            key = from_base64(*text);
            if (!key)
                throw Error(Code::invalid, "The backup's key is damaged", "use another one");
        }
        store::migrate(*connection, store::migrations(), clock);
        hold_back(*connection, made_at, clock.now(), open_former(paths).get(), facts);
        facts.outboxes = rehome(*connection, paths.data, clock.now());
        unpack_media(*connection, paths.media());
        facts.media = look_for_media(media::needed_files(*connection), paths.media(), Depth::size);
        connection->run_script("DROP TABLE backup");
        facts.contents = count_contents(*connection);
        facts.posts = count_posts(*connection);
        facts.needs_keys = has_sealed_accounts(*connection);
        return key;
    } catch (const Error& e) {
        if (e.code() != Code::storage_corrupt)
            throw;
        throw Error(
            Code::invalid,
            file.string() + " is damaged or not a backup of caas",
            "`caas backup FILE` makes one");
    }
}

void require_place(const std::filesystem::path& file) {
    if (file.empty())
        throw Error(
            Code::usage,
            "The backup has no name",
            "name a file; is a variable of your script empty?");
    if (file == "-")
        throw Error(
            Code::usage,
            "A backup does not go to standard output",
            "name a file and send that; `./-` is a file of this name");
    std::error_code failed;
    // Of the link itself: one that points to a disk that is not there just now is a place as well.
    const auto there = std::filesystem::symlink_status(file, failed).type();
    if (failed == std::errc::permission_denied)
        throw Error(
            Code::forbidden,
            "Not allowed to make the file " + file.string(),
            "name one in a folder that you may write to");
    if (there != std::filesystem::file_type::not_found && there != std::filesystem::file_type::none)
        throw exists_already(file);
    const auto folder = file.parent_path();
    if (folder.empty())
        return;
    // `none`: we may not look; whoever writes there is told so.
    const auto kind = std::filesystem::status(folder, failed).type();
    if (kind != std::filesystem::file_type::directory && kind != std::filesystem::file_type::none)
        throw Error(
            Code::not_found,
            "There is no folder " + folder.string(),
            "make it, or name a file in another one");
}

// As of one moment, while others go on. On PostgreSQL: what a repeatable-read transaction sees.
void copy_as_of_now(App& app, const std::filesystem::path& file) {
    const auto& url = app.settings().secret("store.url");
    if (!store::is_postgres(url.reveal())) {
        app.store().copy_to(file);
        return;
    }
    const auto from = store::postgres(url);
    const auto to = store::sqlite(file);
    store::copy_database(*from, *to, app.clock());
}

bool has_media_in_folder(const App& app) {
    return app.settings().text("media.storage") == "folder";
}

}  // namespace

BackupFacts backup(App& app, const std::filesystem::path& file, bool with_keys, bool with_media) {
    require_place(file);
    clear_drafts(file.has_parent_path() ? file.parent_path() : std::filesystem::path("."));
    const auto half = free_draft(file);
    const DraftLock lock(half);
    Draft draft(half);
    const auto former_mask = umask(0077);
    BackupFacts facts;
    try {
        // Before it is copied: what is written in between is as of later than the backup.
        const auto made_at = app.clock().now();
        copy_as_of_now(app, draft.file());
        const auto connector = store::sqlite(draft.file());
        const auto connection = connector->open_writer();
        connection->run_script("PRAGMA journal_mode = DELETE");
        const auto key = with_keys ? secret_key_of(app.paths()) : std::nullopt;
        facts.has_keys = key.has_value();
        mark_as_backup(*connection, made_at, key, app.paths().data);
        if (with_media && has_media_in_folder(app))
            facts.media = pack_media(*connection, app.paths().media());
        if (const auto fault = first_fault(connection->check()); !fault.empty())
            throw Error(
                Code::storage_corrupt, "The copy is not sound: " + fault, "run `caas doctor`");
        facts.contents = count_contents(*connection);
        facts.posts = count_posts(*connection);
    } catch (...) {
        umask(former_mask);
        throw;
    }
    umask(former_mask);
    draft.keep_as_new(file);
    facts.bytes = std::filesystem::file_size(file);
    return facts;
}

RestoreFacts restore(
    const config::Paths& paths,
    const std::filesystem::path& file,
    Clock& clock,
    bool trusts_clock) {
    make_folder(paths.data);
    const RestoreLock lock(paths.data);
    if (is_engine_running(paths.data))
        throw Error(
            Code::engine_running,
            std::string("Posts of this data are being sent: ") + one_shot_engines + " runs",
            "wait until it has ended");
    RestoreFacts facts;
    clear_drafts(paths.data);
    const auto half = free_draft(paths.database());
    const DraftLock half_lock(half);
    Draft draft(half);
    take_copy(file, draft.file());

    auto key = unpack(draft.file(), file, paths, clock, trusts_clock, facts);
    if (!key)
        key = key_kept_with(file);
    facts.kept = set_aside(paths, key, clock);
    draft.keep_as(paths.database());
    if (key) {
        // From now on alone.
        write_file(paths.secret_key(), *key);
        facts.has_keys = true;
    }
    if (!facts.kept.empty())
        facts.leads_back = make_backup_of_kept(facts.kept, paths.data, clock);
    return facts;
}

SchemaFacts check_database(App& app) {
    SchemaFacts facts;
    facts.faults = app.store().check();
    facts.version = app.store().read([](store::Reader& reader) {
        return reader.query("SELECT max(number) FROM migration", {}).front().integer(0);
    });
    return facts;
}

std::optional<MediaFacts> check_media(App& app, Depth depth) {
    if (!has_media_in_folder(app))
        return std::nullopt;
    const auto files =
        app.store().read([](store::Reader& reader) { return media::needed_files(reader); });
    return look_for_media(files, app.paths().media(), depth);
}

void expect_writable(App& app) {
    if (store::is_postgres(app.settings().secret("store.url").reveal()))
        app.store().read([](store::Reader& reader) { store::expect_writable(reader); });
}

}  // namespace caas::app

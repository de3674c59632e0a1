#include <array>

#include <nlohmann/json.hpp>

#include "cli/command/commands.h"
#include "cli/command/declined.h"
#include "cli/installation.h"
#include "core/app/maintenance.h"
#include "core/base/error.h"

namespace caas::cli::command {
namespace {

constexpr std::array file_argument{Argument{"FILE", "the backup", Kind::file}};
constexpr std::array backup_options{
    Option{
        .name = "without-keys",
        .value = "",
        .help = "leave secret.key out: accounts must be connected again after a restore"},
};

std::string counts(std::int64_t contents, std::int64_t posts) {
    return std::to_string(contents) + " contents and " + std::to_string(posts) + " posts";
}

int run_migrate(Call& call) {
    // Opening brings the schema up to date.
    const auto app = open_app(call);
    const auto facts = app::check_database(*app);
    if (call.is_json())
        call.out(json::dump({{"version", facts.version}}) + "\n");
    else
        call.out("schema " + std::to_string(facts.version) + "\n");
    return 0;
}

int run_check(Call& call) {
    const auto app = open_app(call);
    const auto facts = app::check_database(*app);
    if (call.is_json()) {
        call.out(json::dump({{"version", facts.version}, {"faults", facts.faults}}) + "\n");
    } else {
        for (const auto& fault : facts.faults)
            call.out(fault + "\n");
        if (facts.faults.empty())
            call.out("sound, schema " + std::to_string(facts.version) + "\n");
        else
            call.say("Keep a copy of the folder, then restore the newest backup.");
    }
    return facts.faults.empty() ? 0 : caas::facts(Code::storage_corrupt).exit_status;
}

int run_copy(Call& call) {
    SystemClock clock;
    const auto facts = app::copy_database(call.argument(0), call.argument(1), clock);
    if (call.is_json()) {
        call.out(json::dump({{"tables", facts.tables}, {"rows", facts.rows}}) + "\n");
        return 0;
    }
    call.say(
        "Copied " + std::to_string(facts.rows) + " rows of " + std::to_string(facts.tables) +
        " tables and compared every one.");
    call.say("Take secret.key along too: without it the accounts must be connected again.");
    return 0;
}

int run_backup(Call& call) {
    const auto app = open_app(call);
    const auto file = call.argument(0);
    const auto facts = app::backup(*app, file, !call.has("without-keys"));
    if (call.is_json()) {
        call.out(
            json::dump(
                {{"file", file},
                 {"bytes", facts.bytes},
                 {"has_keys", facts.has_keys},
                 {"contents", facts.contents},
                 {"posts", facts.posts}}) +
            "\n");
        return 0;
    }
    call.out(file + "\n");
    call.say("Holds " + counts(facts.contents, facts.posts) + ", verified.");
    if (facts.has_keys)
        call.say("It holds the secret key too: whoever has the file can use your accounts.");
    return 0;
}

// Last, since something is left to do.
void say_held(Call& call, const app::RestoreFacts& facts) {
    if (facts.held_series > 0)
        call.say(
            (facts.held_series == 1 ? "1 series goes"
                                    : std::to_string(facts.held_series) + " series go") +
            " on after now: what was to be made and sent since the backup is left out.");
    if (facts.held_posts == 0)
        return;
    call.say(
        (facts.held_posts == 1 ? "1 post" : std::to_string(facts.held_posts) + " posts") +
        " may have been sent since the backup was made. Nothing of that is sent by itself.");
    call.say("Which: caas posts list --state unconfirmed");
    call.say(
        "Look at the platform, then say of each: caas posts reconcile ID --sent URL | --not-sent");
}

int run_restore(Call& call) {
    const auto paths = find_paths(call);
    if (!load_settings(call).secret("store.url").empty())
        throw Error(
            Code::invalid,
            "A backup file is restored into SQLite only, and DATABASE_URL names another database",
            "Unset DATABASE_URL, restore, then: caas db copy FILE URL; or use pg_restore");
    const auto file = call.argument(0);
    if (!call.confirms("Put " + file + " in the place of " + paths.database().string() + "?"))
        return declined(call, "Nothing was changed.");
    SystemClock clock;
    const auto facts = app::restore(paths, file, clock);
    if (call.is_json()) {
        call.out(
            json::dump(
                {{"kept", facts.kept.string()},
                 {"has_keys", facts.has_keys},
                 {"contents", facts.contents},
                 {"posts", facts.posts},
                 {"held_posts", facts.held_posts},
                 {"held_series", facts.held_series}}) +
            "\n");
        return 0;
    }
    call.say("Restored " + counts(facts.contents, facts.posts) + ".");
    if (!facts.kept.empty())
        call.say("What was there before is kept in " + facts.kept.string());
    if (facts.needs_keys && !facts.has_keys)
        call.say("The backup holds no key: without the former secret.key, connect accounts again.");
    say_held(call, facts);
    return 0;
}

constexpr Command migrate{
    .name = "migrate",
    .summary = "bring the database up to date with this version of caas",
    .about = "Every command does so by itself; this one does nothing else.",
    .arguments = {},
    .options = {},
    .examples = {},
    .children = {},
    .run = run_migrate,
    .is_local = true,
};

constexpr Command check{
    .name = "check",
    .summary = "check that the database is sound",
    .about = {},
    .arguments = {},
    .options = {},
    .examples = {},
    .children = {},
    .run = run_check,
    .is_local = true,
};

constexpr std::array copy_arguments{
    Argument{"FROM", "the file of a SQLite database, or postgresql://USER@HOST/NAME", Kind::file},
    Argument{"TO", "the same; must be empty or new", Kind::file},
};

constexpr Command copy{
    .name = "copy",
    .summary = "copy everything from one database into another",
    .about =
        "From SQLite to PostgreSQL, back, or between two of a kind: in one transaction, as of one "
        "moment, and every row is compared before the copy counts. Neither the daemon nor `caasd "
        "--once` nor `caas publish` may work on FROM. "
        "TO must be empty. Files (secret.key, media, outbox) are not part of it. An outbox account "
        "goes on writing into the folder it was connected with, also when the copy serves another "
        "home.\n\n"
        "Others can see arguments: leave the password out of the address and put it into "
        "PGPASSWORD or ~/.pgpass.",
    .arguments = copy_arguments,
    .options = {},
    .examples = "caas db copy ~/.local/share/caas/caas.db postgresql://caas@db.example.org/caas",
    .children = {},
    .run = run_copy,
    .is_local = true,
};

constexpr std::array<const Command*, 3> children{&copy, &migrate, &check};

}  // namespace

extern constexpr Command db{
    .name = "db",
    .summary = "look after the database",
    .about = {},
    .arguments = {},
    .options = {},
    .examples = "caas db check",
    .children = children,
};

extern constexpr Command backup{
    .name = "backup",
    .summary = "copy everything into one file while others go on working",
    .about = "The copy is verified. It overwrites nothing.",
    .arguments = file_argument,
    .options = backup_options,
    .examples = "caas backup caas-$(date +%F).backup",
    .children = {},
    .run = run_backup,
    .is_local = true,
};

extern constexpr Command restore{
    .name = "restore",
    .summary = "put a backup in the place of the database",
    .about =
        "Neither the daemon nor `caasd --once` nor `caas publish` may run. What was there is kept "
        "beside it.\n\n"
        "A backup does not know what was sent after it was made. What was being sent then, was in "
        "doubt, or waited and has come due since is therefore not sent by itself: it is "
        "unconfirmed, with the code `restored`, until you say what you saw (`caas posts "
        "reconcile`; "
        "`--sent` means all parts of it). A series goes on with its next time after the restore. "
        "Posts that are due later go out as planned.",
    .arguments = file_argument,
    .options = {},
    .examples = "caas restore caas-2026-12-01.backup --yes",
    .children = {},
    .run = run_restore,
    .is_local = true,
};

}  // namespace caas::cli::command

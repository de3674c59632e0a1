#include <array>

#include <nlohmann/json.hpp>

#include "cli/command/commands.h"
#include "cli/command/media_json.h"
#include "cli/installation.h"
#include "core/app/maintenance.h"
#include "core/base/error.h"

namespace caas::cli::command {
namespace {

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
    // A damaged database does not tell which files it needs.
    const auto media =
        facts.faults.empty() ? app::check_media(*app, app::Depth::bytes) : std::nullopt;
    const bool has_all_media = !media || media->missing == 0;
    if (call.is_json()) {
        call.out(
            json::dump(
                {{"version", facts.version},
                 {"faults", facts.faults},
                 {"media", media_json(media)}}) +
            "\n");
    } else {
        for (const auto& fault : facts.faults)
            call.out(fault + "\n");
        if (facts.faults.empty())
            call.out("sound, schema " + std::to_string(facts.version) + "\n");
        else
            call.say("Keep a copy of the folder, then restore the newest backup.");
        if (!has_all_media) {
            call.out(app::missing_words(*media) + "\n");
            call.say(app::missing_mend);
        }
    }
    const bool is_sound = facts.faults.empty() && has_all_media;
    return is_sound ? 0 : caas::facts(Code::storage_corrupt).exit_status;
}

int run_copy(Call& call) {
    SystemClock clock;
    const auto facts = app::copy_database(call.argument(0), call.argument(1), clock);
    call.note_made("the copy");
    if (call.is_json()) {
        call.out(json::dump({{"tables", facts.tables}, {"rows", facts.rows}}) + "\n");
        return 0;
    }
    call.say(
        "Copied " + std::to_string(facts.rows) + " rows of " + std::to_string(facts.tables) +
        " tables and compared every one.");
    if (!facts.is_noted)
        call.say(
            "The original cannot be written into, so that it does not say that it was copied: do "
            "not restore a backup over it, which would take it for the newest.");
    call.say("Take secret.key along too: without it the accounts must be connected again.");
    call.say(
        "Both hold the same posts, and each would send those that wait: let caasd and caas use "
        "only one of them from now on, and set the other aside.");
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
    .summary = "check that the database is sound and its media are whole",
    .about =
        "Every file of the media is read and compared with what was kept. Media that lie in a "
        "bucket are not looked for.",
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
        "TO must be empty. A backup is restored first (caas restore), since it does not know what "
        "was sent since. For the same reason a copy is no backup: put to work later, it sends "
        "again what went out in between; `caas backup` makes one, of PostgreSQL too.\n\n"
        "Afterwards both hold the same posts, and each would send those that wait: let caasd and "
        "caas use only one of them from now on, and set the other aside. FROM notes that it was "
        "copied, so that a restore in its place (caas restore) does not take it for what was sent "
        "since.\n\n"
        "Files (secret.key, media, outbox) are not part of it. An outbox account "
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

}  // namespace caas::cli::command

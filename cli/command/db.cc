#include <array>

#include <nlohmann/json.hpp>

#include "cli/command/commands.h"
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

int run_restore(Call& call) {
    const auto paths = find_paths(call);
    const auto file = call.argument(0);
    if (!call.confirms("Put " + file + " in the place of " + paths.database().string() + "?")) {
        call.say("Nothing was changed.");
        return 1;
    }
    SystemClock clock;
    const auto facts = app::restore(paths, file, clock);
    if (call.is_json()) {
        call.out(
            json::dump(
                {{"kept", facts.kept.string()},
                 {"has_keys", facts.has_keys},
                 {"contents", facts.contents},
                 {"posts", facts.posts}}) +
            "\n");
        return 0;
    }
    call.say("Restored " + counts(facts.contents, facts.posts) + ".");
    if (!facts.kept.empty())
        call.say("What was there before is kept in " + facts.kept.string());
    if (!facts.has_keys)
        call.say("The backup holds no key: without the former secret.key, connect accounts again.");
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

constexpr std::array<const Command*, 2> children{&migrate, &check};

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
    .about = "The daemon must not run. What was there is kept beside it.",
    .arguments = file_argument,
    .options = {},
    .examples = "caas restore caas-2026-12-01.backup --yes",
    .children = {},
    .run = run_restore,
    .is_local = true,
};

}  // namespace caas::cli::command

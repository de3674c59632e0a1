// Making a backup, and putting one back.
#include <array>

#include <nlohmann/json.hpp>

#include "cli/command/commands.h"
#include "cli/command/declined.h"
#include "cli/command/media_json.h"
#include "cli/installation.h"
#include "cli/print/size.h"
#include "core/app/maintenance.h"
#include "core/base/error.h"
#include "core/text/shell.h"

namespace caas::cli::command {
namespace {

constexpr std::array file_argument{Argument{"FILE", "the backup", Kind::file}};
constexpr std::array backup_options{
    Option{
        .name = "without-keys",
        .value = "",
        .help = "leave secret.key out: accounts must be connected again after a restore"},
    Option{
        .name = "without-media",
        .value = "",
        .help = "leave pictures and videos out: keep a copy of the folder media/ yourself"},
};
constexpr std::array restore_options{
    Option{
        .name = "trust-clock",
        .value = "",
        .help = "restore what was made later than the clock of this machine shows"},
};

std::string counts(std::int64_t contents, std::int64_t posts) {
    return std::to_string(contents) + (contents == 1 ? " content and " : " contents and ") +
           std::to_string(posts) + (posts == 1 ? " post" : " posts");
}

std::string files(std::int64_t count) {
    return count == 1 ? "1 file" : std::to_string(count) + " files";
}

void say_what_media_it_holds(Call& call, const app::BackupFacts& facts) {
    if (facts.media && facts.media->files > 0)
        call.say(
            "It holds " + files(facts.media->files) + " of media, " +
            print::size_text(facts.media->bytes) + ".");
    if (facts.media && facts.media->missing > 0)
        call.say("Not in it: " + app::missing_words(*facts.media) + " " + app::missing_mend);
    if (!facts.media)
        call.say(
            call.has("without-media")
                ? "The media are not in it: copy the folder media/ of the data folder as well."
                : "The media are not in it: they lie in a bucket, which needs a copy of its own.");
}

int run_backup(Call& call) {
    const auto app = open_app(call);
    const auto file = call.argument(0);
    const auto facts =
        app::backup(*app, file, !call.has("without-keys"), !call.has("without-media"));
    call.note_made(file);
    const bool lacks_media = facts.media && facts.media->missing > 0;
    // It is there and can be used, but a script must not take it for whole.
    const int status = lacks_media ? caas::facts(Code::storage_corrupt).exit_status : 0;
    if (call.is_json()) {
        call.out(
            json::dump(
                {{"file", file},
                 {"bytes", facts.bytes},
                 {"has_keys", facts.has_keys},
                 {"contents", facts.contents},
                 {"posts", facts.posts},
                 {"media", media_json(facts.media)}}) +
            "\n");
        return status;
    }
    call.out(file + "\n");
    call.say(
        "Holds " + counts(facts.contents, facts.posts) +
        (lacks_media ? ", verified, but not all media." : ", verified."));
    say_what_media_it_holds(call, facts);
    if (facts.has_keys)
        call.say("It holds the secret key too: whoever has the file can use your accounts.");
    return status;
}

Json outboxes_json(const platform::outbox::Rehomed& outboxes) {
    auto elsewhere = Json::array();
    for (const auto& one : outboxes.elsewhere)
        elsewhere.push_back(
            {{"account", one.account},
             {"folder", one.folder},
             {"taken_by", one.taken_by.empty() ? Json() : Json(one.taken_by)}});
    return {{"moved", outboxes.moved}, {"elsewhere", elsewhere}};
}

void say_where_outboxes_write(Call& call, const platform::outbox::Rehomed& outboxes) {
    if (outboxes.moved > 0)
        call.say(
            (outboxes.moved == 1 ? "1 outbox writes"
                                 : std::to_string(outboxes.moved) + " outboxes write") +
            " into this home now, and no more into that of the backup.");
    for (const auto& one : outboxes.elsewhere)
        call.say(
            "The outbox " + one.account + " writes outside of this home: " + one.folder +
            (one.taken_by.empty() ? ""
                                  : ". Its place here is that of the outbox " + one.taken_by +
                                        ": connect it with a folder of its own."));
}

void say_unchecked(Call& call, const app::RestoreFacts& facts) {
    if (facts.unchecked_posts == 0)
        return;
    const auto who = std::string(
        facts.kept.empty()
            ? "there was no database here to tell"
            : "the former database does not know them or cannot be read, nothing in it is later "
              "than the backup, or it was copied into another one (caas db copy)");
    call.say(
        (facts.unchecked_posts == 1 ? "1 post goes out at the time that the backup has"
                                    : std::to_string(facts.unchecked_posts) +
                                          " posts go out at the times that the backup has") +
        ". If one was moved to an earlier time since and sent, it is sent again: " + who + ".");
    call.say("Cancel such a one: caas posts list --state scheduled");
}

void say_what_it_lacks(Call& call, const app::RestoreFacts& facts) {
    if (!facts.posts_made_since && !facts.kept.empty())
        call.say(
            "What was made since the backup is not in it, and the former database does not tell "
            "how much that is: look whether a post is out before you order it again.");
    const auto count = facts.posts_made_since.value_or(0);
    if (count == 0)
        return;
    call.say(
        (count == 1
             ? "1 post was made since the backup and is not in it"
             : std::to_string(count) + " posts were made since the backup and are not in it") +
        ": before you order anything again, look whether it is out already.");
}

void say_revoked(Call& call, const app::RestoreFacts& facts) {
    if (facts.revoked > 0)
        call.say(
            "Tokens, sign-ins, people and organizations that may no more since the backup: " +
            std::to_string(facts.revoked) + ". They stay so, by the former database.");
    else if (!facts.posts_made_since)
        call.say(
            "Tokens and sign-ins that were revoked since the backup may count again: "
            "caas token list");
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
    call.say("With --not-sent it goes out at once; --not-sent --cancel drops it.");
}

int run_restore(Call& call) {
    const auto paths = find_paths(call);
    const auto settings = load_settings(call);
    if (!settings.secret("store.url").empty())
        throw Error(
            Code::invalid,
            "A backup file is restored into SQLite only, and DATABASE_URL names another database",
            "Unset DATABASE_URL and restore into a home; then copy that into a new, empty "
            "PostgreSQL database before anything works on it: caas db copy " +
                paths.database().string() + " URL");
    const auto file = call.argument(0);
    if (!call.confirms("Put " + file + " in the place of " + paths.database().string() + "?"))
        return declined(call, "Nothing was changed.");
    SystemClock clock;
    const auto facts = app::restore(paths, file, clock, call.has("trust-clock"));
    call.note_made(paths.database().string());
    // What a bucket holds is not looked through.
    const auto media =
        settings.text("media.storage") == "folder" ? std::optional(facts.media) : std::nullopt;
    if (call.is_json()) {
        call.out(
            json::dump(
                {{"kept", facts.kept.string()},
                 {"has_keys", facts.has_keys},
                 {"contents", facts.contents},
                 {"posts", facts.posts},
                 {"held_posts", facts.held_posts},
                 {"held_series", facts.held_series},
                 {"unchecked_posts", facts.unchecked_posts},
                 {"posts_made_since",
                  facts.posts_made_since ? Json(*facts.posts_made_since) : Json()},
                 {"revoked", facts.revoked},
                 {"outboxes", outboxes_json(facts.outboxes)},
                 {"media", media_json(media)}}) +
            "\n");
        return 0;
    }
    call.say("Restored " + counts(facts.contents, facts.posts) + ".");
    if (!facts.kept.empty())
        call.say(
            "What was there before is kept in " + facts.kept.string() +
            (facts.leads_back
                 ? ". Go back to it with: caas restore " + text::shell_word(facts.kept.string())
                 : ". It could not be made a backup, since it is damaged or a program has it open: "
                   "never rename it to caas.db, it would send again what was sent since."));
    if (facts.needs_keys && !facts.has_keys)
        call.say("The backup holds no key: without the former secret.key, connect accounts again.");
    if (media && media->missing > 0)
        call.say(app::missing_words(*media) + " " + app::missing_mend);
    say_where_outboxes_write(call, facts.outboxes);
    say_what_it_lacks(call, facts);
    say_revoked(call, facts);
    say_unchecked(call, facts);
    say_held(call, facts);
    return 0;
}

}  // namespace

extern constexpr Command backup{
    .name = "backup",
    .summary = "copy everything into one file while others go on working",
    .about =
        "Everything is the database, secret.key, pictures and videos. With DATABASE_URL it is the "
        "PostgreSQL database as of one moment, in a file of the same kind. A key that stands in "
        "SECRET_KEY is not in it. The copy is verified. It overwrites nothing, and goes into a "
        "file, not to standard output (`-`). Where files of media are missing or damaged, it is "
        "made without them, says so, and ends with status 1. Media that lie in a bucket are not in "
        "it. Nor are outbox/, which holds what was published there, and session.key, which is made "
        "anew: signed-in people go on by their refresh token.\n\n"
        "A backup that is killed leaves FILE.NUMBER.part beside FILE, which may hold the key. The "
        "next one into the same folder deletes it.",
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
        "Neither the daemon nor `caasd --once` nor `caas publish` may run. A backup of PostgreSQL "
        "is restored into a home as well, without DATABASE_URL: restore it, then `caas db copy` "
        "that home's caas.db into a new, empty PostgreSQL database, and only then let caasd work "
        "on that one. A dump of pg_dump does not hold back what was sent since: load it into a "
        "database that no caasd works on, and there `caas backup` it, restore that, and copy it "
        "likewise.\n\n"
        "What was there is kept beside it, as a backup: `caas restore` of that file goes back to "
        "it, with the key that is kept as secret.key.before-restore-TIME beside it, and holds back "
        "what was sent in between. Renamed to caas.db it is not opened. Pictures and videos join "
        "those in media/. Restored into another home, an outbox account that wrote into the home "
        "of the backup writes into the same folder of this one; one that was connected with a "
        "folder elsewhere, or whose folder here is that of another account, goes on writing where "
        "it did, and you are told which. Backups of earlier versions do not know their home: all "
        "their outboxes stay where they are.\n\n"
        "A backup does not know what was sent after it was made; no command but this one opens it, "
        "also where it was put in the place of the database. What was being sent then, was in "
        "doubt, or waited and has come due since is therefore not sent by itself: it is "
        "unconfirmed, with the code `restored`, until you say what you saw (`caas posts "
        "reconcile`; `--sent` means all parts of it, `--not-sent --cancel` drops it). A series "
        "goes on with its next time after the restore. Posts that are due later go out as planned, "
        "but for those that the database which is replaced knows to be sent: they were moved to an "
        "earlier time, and are held as well. So is what failed or was missed by the backup and was "
        "tried again and sent since. Where that database is not there or cannot be read, nothing "
        "in it is later than the backup, or it was copied into another one (caas db copy) that "
        "went on in its stead, nobody can tell, and you are told how many go out; what failed or "
        "was missed stays so then: look at the platform before `caas posts retry`. Posts that were "
        "made since the backup are lost, and you are told how many that database has. The names "
        "given to --idempotency-key in the last 24 hours are taken over from it: a job that runs "
        "again with one of them makes nothing a second time, and exits 8 where a post that it had "
        "ordered is gone: where that is not out, order it under another key.\n\n"
        "Tokens that were revoked, sign-ins that were ended, and people and organizations that "
        "were disabled since the backup stay so where the replaced database tells, and what waited "
        "for that waits; without it they count again, and so do former passwords and roles in any "
        "case: look at `caas token list` and the members.\n\n"
        "All this is by the clock of this machine. A backup that was made later than it shows is "
        "refused, since a clock that is behind does not tell what was sent. Set it, as by "
        "`timedatectl set-ntp true`. Where it is right, and the clock was ahead when the backup "
        "was made, --trust-clock restores nevertheless, and holds back what was due by that clock.",
    .arguments = file_argument,
    .options = restore_options,
    .examples = "caas restore caas-2026-12-01.backup --yes",
    .children = {},
    .run = run_restore,
    .is_local = true,
};

}  // namespace caas::cli::command

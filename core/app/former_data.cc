#include "core/app/former_data.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "core/app/home_database.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/time_zone.h"
#include "core/store/store.h"
#include "core/vault/key.h"

namespace caas::app {
namespace {

constexpr std::string_view kept_mark = ".before-restore-";
constexpr std::size_t most_key_bytes = 64U << 10U;
constexpr std::array<const char*, 3> beside_database{"-wal", "-shm", "-journal"};

bool is_taken(const std::string& name) {
    std::error_code ignored;
    return std::filesystem::exists(std::filesystem::symlink_status(name, ignored));
}

// What the names of one restore end in: the second one within a second must not meet the first.
std::string free_end(const config::Paths& paths, Clock& clock) {
    auto stamp = to_rfc3339(clock.now()).substr(0, 19);
    std::erase(stamp, ':');
    const auto begin = std::string(kept_mark) + stamp;
    const auto is_free = [&](const std::string& end) {
        const auto kept = paths.database().string() + end;
        return !is_taken(kept) && !is_taken(paths.secret_key().string() + end) &&
               std::ranges::none_of(
                   beside_database, [&](const char* part) { return is_taken(kept + part); });
    };
    auto end = begin;
    for (int number = 2; !is_free(end); ++number)
        end = begin + "-" + std::to_string(number);
    return end;
}

// The last program that leaves a database puts its log into it and deletes the log. Where that is
// not possible, since the file is damaged or somebody reads it, its log is kept beside it.
void take_log_in(const std::filesystem::path& database) {
    try {
        const auto connector = store::sqlite(database);
        // A writer's leaving would delete the log of what cannot even be read.
        if (connector->open_reader() != nullptr)
            connector->open_writer();
    } catch (const Error&) {
        return;
    }
}

void give_second_name(const std::filesystem::path& from, const std::filesystem::path& to) {
    std::error_code failed;
    std::filesystem::create_hard_link(from, to, failed);
    // Some file systems know no second names.
    if (failed)
        std::filesystem::rename(from, to, failed);
    if (failed)
        throw Error(
            Code::forbidden,
            "What was there before cannot be kept as " + to.string() + ": " + failed.message(),
            "check the permissions of " + to.parent_path().string());
}

bool are_keys(const std::string& text) {
    try {
        vault::parse_keys(text, "secret.key");
        return true;
    } catch (const Error&) {
        return false;
    }
}

void add_key(const config::Paths& paths, const std::string& new_key, const std::string& end) {
    const auto old_key = secret_key_of(paths);
    if (old_key == new_key)
        return;
    if (old_key)
        write_file(paths.secret_key().string() + end, *old_key);
    const bool opens = old_key && are_keys(*old_key);
    write_file(paths.secret_key(), opens ? new_key + "\n" + *old_key : new_key);
}

}  // namespace

std::optional<std::string> secret_key_of(const config::Paths& paths) {
    std::error_code ignored;
    if (!std::filesystem::exists(paths.secret_key(), ignored))
        return std::nullopt;
    return read_file(paths.secret_key(), most_key_bytes);
}

std::unique_ptr<store::Connection> open_former(const config::Paths& paths) {
    try {
        auto former = store::sqlite(paths.database())->open_reader();
        return former == nullptr || is_backup(*former) ? nullptr : std::move(former);
    } catch (const Error&) {
        return nullptr;
    }
}

std::filesystem::path set_aside(
    const config::Paths& paths, const std::optional<std::string>& new_key, Clock& clock) {
    const auto database = paths.database().string();
    const auto end = free_end(paths, clock);
    if (new_key)
        add_key(paths, *new_key, end);
    const auto kept = database + end;
    const bool is_there = is_taken(database);
    if (is_there) {
        take_log_in(database);
        give_second_name(database, kept);
    }
    for (const auto* part : beside_database) {
        if (is_taken(database + part))
            give_second_name(database + part, kept + part);
    }
    sync_folder(paths.data);
    // Another database must never be read with this one's log.
    for (const auto* part : beside_database) {
        std::error_code ignored;
        std::filesystem::remove(database + part, ignored);
    }
    return is_there ? kept : std::string();
}

bool make_backup_of_kept(
    const std::filesystem::path& kept, const std::filesystem::path& data_folder, Clock& clock) {
    try {
        const auto connector = store::sqlite(kept);
        // As in take_log_in. Closed before there is a writer, which is to be alone in the end.
        if (connector->open_reader() == nullptr)
            return false;
        const auto writer = connector->open_writer();
        if (!is_backup(*writer))
            mark_as_backup(*writer, clock.now(), std::nullopt, data_folder);
        // A restore takes one file, and nothing beside it.
        writer->run_script("PRAGMA journal_mode = DELETE");
        return true;
    } catch (const Error&) {
        // The restore itself is done.
        return false;
    }
}

std::optional<std::string> key_kept_with(const std::filesystem::path& kept) {
    const auto name = kept.filename().string();
    const auto end = name.find(kept_mark);
    if (end == std::string::npos)
        return std::nullopt;
    const auto key = kept.parent_path() / ("secret.key" + name.substr(end));
    std::error_code ignored;
    if (!std::filesystem::exists(key, ignored))
        return std::nullopt;
    auto text = read_file(key, most_key_bytes);
    return are_keys(text) ? std::optional(std::move(text)) : std::nullopt;
}

}  // namespace caas::app

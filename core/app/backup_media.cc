#include "core/app/backup_media.h"

#include <limits>
#include <optional>
#include <utility>

#include "core/base/digest.h"
#include "core/base/error.h"
#include "core/media/bytes.h"
#include "core/media/incoming.h"
#include "core/media/place.h"

namespace caas::app {
namespace {

namespace fs = std::filesystem;

// A multiple of three, so that its text has no padding: exactly a megabyte.
constexpr std::int64_t piece_bytes = 768 << 10;

constexpr std::string_view make_media_table = R"(
CREATE TABLE backup_media (
    digest TEXT NOT NULL,
    piece BIGINT NOT NULL,
    bytes TEXT NOT NULL,
    PRIMARY KEY (digest, piece)
))";

struct Found {
    media::Condition condition = media::Condition::missing;
    fs::path path{};  // where it is whole
};

// Whole, as far as its size tells.
Found find_needed(media::Place& place, const media::NeededFile& file) {
    try {
        auto found = place.fetch(file.digest);
        std::error_code failed;
        if (fs::file_size(found, failed) == static_cast<std::uintmax_t>(file.size))
            return {media::Condition::whole, std::move(found)};
        return {failed ? media::Condition::missing : media::Condition::damaged};
    } catch (const Error& error) {
        if (error.code() != Code::not_found)
            throw;
        return {};
    }
}

void count_needed(MediaFacts& facts, const media::NeededFile& file, media::Condition condition) {
    if (condition == media::Condition::whole) {
        ++facts.files;
        facts.bytes += file.size;
        return;
    }
    if (condition == media::Condition::damaged)
        ++facts.damaged;
    if (facts.missing++ == 0)
        facts.example = file.name;
}

// Whether the file held what its name says; otherwise nothing of it is kept.
bool pack_file(store::Connection& backup, const std::string& digest, const fs::path& path) {
    const auto bytes = media::bytes_of_file(path);
    Sha256 sum;
    std::int64_t piece = 0;
    for (std::int64_t offset = 0; offset < bytes.size; offset += piece_bytes) {
        const auto part = bytes.read(offset, piece_bytes);
        sum.add(part);
        backup.execute(
            "INSERT INTO backup_media (digest, piece, bytes) VALUES ($1, $2, $3)",
            {digest, piece++, to_base64(part)});
    }
    if (sum.hex() == digest)
        return true;
    backup.execute("DELETE FROM backup_media WHERE digest = $1", {digest});
    return false;
}

Error damaged_medium(const media::NeededFile& file) {
    return {
        Code::invalid, "The medium " + file.name + " in the backup is damaged", "use another one"};
}

// nullopt behind the last one.
std::optional<std::string> read_piece(
    store::Reader& backup, const media::NeededFile& file, std::int64_t piece) {
    const auto rows = backup.query(
        "SELECT bytes FROM backup_media WHERE digest = $1 AND piece = $2", {file.digest, piece});
    if (rows.empty())
        return std::nullopt;
    auto bytes = from_base64(rows.front().view(0));
    if (!bytes)
        throw damaged_medium(file);
    return bytes;
}

void unpack_file(store::Reader& backup, media::Place& place, const media::NeededFile& file) {
    auto bytes = read_piece(backup, file, 0);
    if (!bytes)
        return;  // it was missing when the backup was made
    media::Incoming incoming(place.anteroom(), std::numeric_limits<std::int64_t>::max());
    for (std::int64_t piece = 1; bytes; ++piece) {
        incoming.write(*bytes);
        bytes = read_piece(backup, file, piece);
    }
    incoming.finish();
    if (incoming.digest() != file.digest)
        throw damaged_medium(file);
    place.keep(file.digest, incoming.path());
}

}  // namespace

std::string missing_words(const MediaFacts& facts) {
    const std::string what = facts.damaged == 0               ? "missing"
                             : facts.damaged == facts.missing ? "damaged"
                                                              : "missing or damaged";
    return facts.missing == 1 ? "The file of 1 medium is " + what + ": " + facts.example + "."
                              : std::to_string(facts.missing) + " files of media are " + what +
                                    ", for example " + facts.example + ".";
}

MediaFacts look_for_media(
    const std::vector<media::NeededFile>& files, const fs::path& folder, Depth depth) {
    const auto place = media::folder_place(folder);
    MediaFacts facts;
    for (const auto& file : files) {
        auto condition = find_needed(*place, file).condition;
        if (condition == media::Condition::whole && depth == Depth::bytes)
            condition = media::look_at(*place, file.digest);
        count_needed(facts, file, condition);
    }
    return facts;
}

MediaFacts pack_media(store::Connection& backup, const fs::path& folder) {
    const auto place = media::folder_place(folder);
    MediaFacts facts;
    backup.begin();
    backup.run_script(make_media_table);
    for (const auto& file : media::needed_files(backup)) {
        const auto found = find_needed(*place, file);
        auto condition = found.condition;
        if (condition == media::Condition::whole && !pack_file(backup, file.digest, found.path))
            condition = media::Condition::damaged;
        count_needed(facts, file, condition);
    }
    backup.commit();
    return facts;
}

void unpack_media(store::Connection& backup, const fs::path& folder) {
    if (!backup.has_table("backup_media"))
        return;  // of a version that knew no such backups, or made without them
    const auto place = media::folder_place(folder);
    for (const auto& file : media::needed_files(backup)) {
        if (media::look_at(*place, file.digest) != media::Condition::whole)
            unpack_file(backup, *place, file);
    }
    // So that the database does not stay as large as they are, and is not made anew in memory.
    backup.run_script("DROP TABLE backup_media; PRAGMA temp_store = FILE; VACUUM");
}

}  // namespace caas::app

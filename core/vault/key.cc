#include "core/vault/key.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/digest.h"
#include "core/base/error.h"
#include "core/base/file.h"

namespace caas::vault {
namespace {

constexpr std::size_t key_bytes = 32;
constexpr std::size_t most_file_bytes = 65536;
constexpr std::string_view separators = ", \t\r\n";
constexpr auto how_to_make = "Make one with: openssl rand -hex 32";

// Not the key itself and no help in guessing it: a digest of it under a name of its own.
std::string id_of(std::string_view bytes) {
    return sha256_hex("caas vault key id\n" + std::string(bytes)).substr(0, 8);
}

std::optional<std::string> bytes_of(std::string_view text) {
    auto bytes = text.size() == key_bytes * 2 ? from_hex(text) : std::nullopt;
    if (!bytes)
        bytes = from_base64(text);
    return bytes && bytes->size() == key_bytes ? bytes : std::nullopt;
}

// Gives `made` its final name unless that is taken; false then. What is at the name is always
// whole.
bool give_name(const std::filesystem::path& made, const std::filesystem::path& file) {
    if (link(made.c_str(), file.c_str()) == 0)
        return true;
    if (errno == EEXIST)
        return false;
    // Some file systems know no second names.
    if (renameat2(AT_FDCWD, made.c_str(), AT_FDCWD, file.c_str(), RENAME_NOREPLACE) == 0)
        return true;
    if (errno == EEXIST)
        return false;
    throw Error(
        Code::internal,
        "The key file " + file.string() + " could not be made (system error " +
            std::to_string(errno) + ")");
}

std::string line_of(Random& random) {
    return to_hex(random.bytes(key_bytes)) + "\n";
}

}  // namespace

Keys parse_keys(std::string_view text, std::string_view source) {
    Keys keys;
    while (true) {
        text.remove_prefix(std::min(text.find_first_not_of(separators), text.size()));
        if (text.empty())
            break;
        const auto word = text.substr(0, text.find_first_of(separators));
        text.remove_prefix(word.size());
        auto bytes = bytes_of(word);
        if (!bytes)
            throw Error(
                Code::invalid,
                std::string(source) +
                    " holds no key: a key is 64 hexadecimal digits or base64 of 32 bytes",
                how_to_make);
        auto id = id_of(*bytes);
        keys.push_back({std::move(id), Secret(std::move(*bytes))});
    }
    if (keys.empty())
        throw Error(Code::invalid, std::string(source) + " holds no key: it is empty", how_to_make);
    return keys;
}

std::optional<Keys> read_keys(const std::filesystem::path& file) {
    struct stat facts {};

    if (stat(file.c_str(), &facts) != 0 && (errno == ENOENT || errno == ENOTDIR))
        return std::nullopt;
    if (S_ISREG(facts.st_mode) && (facts.st_mode & 077U) != 0)
        throw Error(
            Code::forbidden,
            "The key file " + file.string() + " can be read by other users",
            "Run: chmod 600 " + file.string());
    const Secret text(read_file(file, most_file_bytes));
    return parse_keys(text.reveal(), "The key file " + file.string());
}

Keys file_keys(const std::filesystem::path& file, Random& random) {
    if (auto keys = read_keys(file))
        return std::move(*keys);
    make_folder(file.parent_path());
    const auto made = file.string() + "." + to_hex(random.bytes(8));
    const Secret line(line_of(random));
    write_file(made, line.reveal(), 0600);
    try {
        give_name(made, file);
    } catch (...) {
        unlink(made.c_str());
        throw;
    }
    unlink(made.c_str());
    // Another process may have been first: what counts is what the file holds.
    auto keys = read_keys(file);
    if (!keys)
        throw Error(Code::internal, "The key file " + file.string() + " vanished");
    return std::move(*keys);
}

Keys installation_keys(const Secret& setting, const std::filesystem::path& file, Random& random) {
    if (setting.empty())
        return file_keys(file, random);
    auto keys = parse_keys(setting.reveal(), "The setting SECRET_KEY");
    if (auto older = read_keys(file)) {
        for (auto& key : *older)
            keys.push_back(std::move(key));
    }
    return keys;
}

Keys rotate_file(const std::filesystem::path& file, Random& random) {
    const auto lock = FileLock::try_take(file.string() + ".lock");
    if (!lock)
        throw Error(
            Code::busy,
            "The keys in " + file.string() + " are being rotated by another process",
            "Try again in a moment.");
    const auto keys = file_keys(file, random);
    std::string text = line_of(random);
    for (const auto& key : keys)
        text += to_hex(key.bytes.reveal()) + "\n";
    const Secret whole(std::move(text));
    write_file(file, whole.reveal(), 0600);
    return parse_keys(whole.reveal(), file.string());
}

}  // namespace caas::vault

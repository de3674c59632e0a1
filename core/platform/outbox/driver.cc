// The outbox: every post becomes one file in the account's folder. Needs nobody else, so it is
// where a new installation publishes to.
#include "core/platform/driver.h"

#include <array>
#include <filesystem>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/platform/account.h"
#include "core/platform/answer.h"
#include "core/platform/drivers.h"
#include "core/platform/journal.h"
#include "core/platform/outbox/file.h"
#include "core/platform/outbox/limits.h"

namespace caas::platform::outbox {
namespace {

constexpr std::string_view write_step = "write";
constexpr std::size_t most_file_bytes = 64U << 20U;

constexpr std::array fields{
    Field{"identifier", "Folder", "", false},
};

bool is_json(const Access& access) {
    const auto config = json::try_parse(access.config);
    return config && json::text_or(*config, "format", "markdown") == "json";
}

// The folder of the account. A relative one lies in the folder the configuration gives.
std::filesystem::path folder_of(const Access& access) {
    return std::filesystem::path(access.base_url) / access.remote_id;
}

std::string setting(const ConnectRequest& request, const std::string& name) {
    const auto at = request.config.find(name);
    return at == request.config.end() ? "" : at->second;
}

// Any folder of the machine: whoever connects an outbox must be its owner (flow/connect.h).
std::filesystem::path chosen_folder(const ConnectRequest& request) {
    const auto& wanted =
        request.identifier.empty() ? setting(request, "folder") : request.identifier;
    if (wanted.empty())
        throw Error(Code::invalid, "The outbox needs a folder", "Name one that may be written to.");
    return std::filesystem::absolute(wanted).lexically_normal();
}

std::string chosen_format(const ConnectRequest& request) {
    const auto format = setting(request, "format");
    if (format.empty() || format == "markdown" || format == "json")
        return format.empty() ? "markdown" : format;
    throw Error(
        Code::invalid,
        "The outbox writes no '" + format + "' files",
        "The format is markdown or json.",
        {{"/format", "outbox.format.unknown", "must be markdown or json"}});
}

void copy_medium(const Medium& medium, const std::filesystem::path& file) {
    constexpr std::size_t piece_bytes = std::size_t{256} << 10U;
    std::int64_t done = 0;
    write_file_of(file, [&] {
        auto piece = done < medium.size ? medium.read(done, piece_bytes) : std::string();
        done += static_cast<std::int64_t>(piece.size());
        if (piece.empty() && done != medium.size)
            throw Error(
                Code::unavailable,
                "The medium has " + std::to_string(done) + " bytes and should have " +
                    std::to_string(medium.size),
                "add it again: caas media add FILE");
        return piece;
    });
}

// Proves that files can be written there, by writing one.
void try_folder(const std::filesystem::path& folder) {
    make_folder(folder);
    const auto probe = folder / ".caas-probe";
    write_file(probe, "");
    std::error_code ignored;
    std::filesystem::remove(probe, ignored);
}

Identity connect(const ConnectRequest& request, const Tools&) {
    const auto folder = chosen_folder(request);
    const auto format = chosen_format(request);
    try_folder(folder);
    auto identity = outbox_identity(folder.string());
    identity.config = json::dump({{"format", format}});
    return identity;
}

Identity check(const Access& access, const Tools&) {
    try_folder(folder_of(access));
    return {access.remote_id, access.handle, access.base_url, access.config, access.credentials};
}

std::optional<Step> next(
    const Publication& publication, const Journal& journal, const Access& access, const Tools&) {
    const int last = std::max(0, static_cast<int>(publication.parts.size()) - 1);
    if (find_done(journal, write_step, last) != nullptr)
        return std::nullopt;
    Step step{
        .name = std::string(write_step),
        .part = last,
        .prepared = "",
        .is_repeatable = true,
        .publishes = true};
    if (const auto* open = find_open(journal, write_step, last)) {
        step.prepared = open->prepared;
        return step;
    }
    const bool as_json = is_json(access);
    step.prepared = json::dump(
        {{"file", file_name(publication, as_json)},
         {"body", as_json ? to_json(publication) : to_markdown(publication)}});
    return step;
}

// Pictures and videos lie beside the text, which comes last: where it is, everything is.
void copy_media(const Publication& publication, const std::filesystem::path& folder) {
    int number = 0;
    for (const auto& part : publication.parts) {
        for (const auto& medium : part.media) {
            ++number;
            if (medium.read && medium.size > 0)
                copy_medium(medium, folder / medium_file(publication, number, medium));
        }
    }
}

Outcome perform(
    const Publication& publication,
    const Step& step,
    const Journal&,
    const Access& access,
    const Tools&) {
    const auto prepared = json::parse(step.prepared, "The journal's step");
    const auto name = json::text_or(prepared, "file", "");
    if (name.empty() || name.find('/') != std::string::npos)
        return Refused{code_of(driver, "journal_damaged"), "The journal names no file"};
    const auto folder = folder_of(access);
    try {
        make_folder(folder);
        copy_media(publication, folder);
        write_file(folder / name, json::text_or(prepared, "body", ""));
    } catch (const Error& error) {
        return NotSent{code_of(driver, facts(error.code()).name), error.what()};
    }
    return Done{name, file_url((folder / name).string()), ""};
}

Sight look(const Publication&, const Journal& journal, const Access& access, const Tools&) {
    if (journal.empty())
        return Absent{};
    const auto prepared = json::parse(journal.back().prepared, "The journal's step");
    const auto name = json::text_or(prepared, "file", "");
    const auto path = folder_of(access) / name;
    try {
        read_file(path, most_file_bytes);
    } catch (const Error& error) {
        if (error.code() == Code::not_found)
            return Absent{};
        return CannotTell{error.what()};
    }
    return There{name, file_url(path.string()), ""};
}

}  // namespace

constinit const Driver driver{
    .id = "outbox",
    .title = "The outbox",
    .limits = limits,
    .fields = fields,
    .options = {},
    .connect = connect,
    .refresh = nullptr,
    .check = check,
    .next = next,
    .perform = perform,
    .look = look,
    .posts = {.scheme = "file://"},
};

}  // namespace caas::platform::outbox

namespace caas::platform {

Identity outbox_identity(const std::string& folder) {
    return {
        .remote_id = folder,
        .handle = std::filesystem::path(folder).filename().string(),
        .base_url = "",
        .config = R"({"format":"markdown"})",
        .credentials = {}};
}

}  // namespace caas::platform

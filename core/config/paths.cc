#include "core/config/paths.h"

#include <system_error>

namespace caas::config {
namespace {

using std::filesystem::path;

path whole_path(const path& given) {
    std::error_code ignored;
    auto whole = std::filesystem::absolute(given, ignored);
    return (ignored ? given : whole).lexically_normal();
}

// systemd may hand over several folders separated by colons.
path first_of(const std::string& folders) {
    return folders.substr(0, folders.find(':'));
}

// The XDG base directory specification: a relative path is ignored.
path xdg(
    const Environment& environment, const std::string& name, const path& home, const path& usual) {
    if (const auto value = variable(environment, name); value && path(*value).is_absolute())
        return path(*value) / "caas";
    return home.empty() ? path() : home / usual / "caas";
}

bool is_folder(const path& name) {
    std::error_code ignored;
    return std::filesystem::is_directory(name, ignored);
}

void choose_folders(const Environment& environment, const PathFlags& flags, Paths& paths) {
    path home = flags.home;
    if (home.empty())
        home = variable(environment, "CAAS_HOME").value_or("");
    if (!home.empty()) {
        paths.data = whole_path(home);
        paths.config_file = paths.data / "config.toml";
        return;
    }
    if (const auto state = variable(environment, "STATE_DIRECTORY")) {
        const auto configuration = variable(environment, "CONFIGURATION_DIRECTORY");
        paths.data = first_of(*state);
        paths.config_file = first_of(configuration.value_or("/etc/caas")) / "config.toml";
        return;
    }
    const path user = variable(environment, "HOME").value_or("");
    const auto config = xdg(environment, "XDG_CONFIG_HOME", user, ".config");
    const auto data = xdg(environment, "XDG_DATA_HOME", user, path(".local") / "share");
    paths.config_file = (config.empty() ? path("/etc/caas") : config) / "config.toml";
    paths.data = data.empty() ? path("/var/lib/caas") : data;
}

}  // namespace

Paths find_paths(const Environment& environment, const PathFlags& flags, const path& executable) {
    Paths paths;
    choose_folders(environment, flags, paths);
    paths.servers = paths.config_file.parent_path() / "servers.toml";
    if (!flags.config.empty()) {
        paths.config_file = whole_path(flags.config);
        paths.must_config_exist = true;
    }
    paths.share = find_share(environment, executable);
    return paths;
}

path find_share(const Environment& environment, const path& executable) {
    if (const auto given = variable(environment, "CAAS_SHARE"))
        return whole_path(*given);
    // <prefix>/bin/caas is one level below its prefix, build/<preset>/bin/caas three below the
    // tree.
    constexpr int most_levels = 4;
    auto folder = executable.parent_path();
    for (int level = 0; level < most_levels && folder.has_relative_path(); ++level) {
        folder = folder.parent_path();
        if (is_folder(folder / "share" / "caas" / "prompts"))
            return folder / "share" / "caas";
        if (is_folder(folder / "share" / "prompts"))
            return folder / "share";
    }
    return {};
}

path find_helper(const path& executable, const std::string& name) {
    const auto folder = executable.parent_path();
    for (const auto& place : {folder.parent_path() / "libexec" / "caas" / name, folder / name}) {
        std::error_code ignored;
        if (std::filesystem::is_regular_file(place, ignored))
            return place;
    }
    return {};
}

path own_executable() {
    std::error_code ignored;
    auto file = std::filesystem::read_symlink("/proc/self/exe", ignored);
    return ignored ? path() : file;
}

}  // namespace caas::config

// The daemons elsewhere that a person is signed in to: one TOML file, mode 0600, which only
// `caas login` and `caas logout` write. Several programs may use it at once.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/secret.h"

namespace caas::config {

struct KnownServer {
    std::string url;  // as server_address() of cli/ gives it
    Secret token;
    std::string name;          // of the person or the organization, for people
    std::string signed_in_at;  // RFC 3339
};

// By address; none when there is no such file. Throws Error: forbidden when others may read it or
// we may not, invalid when it was written by hand and not well.
std::vector<KnownServer> known_servers(const std::filesystem::path& file);
std::optional<KnownServer> find_server(const std::filesystem::path& file, std::string_view url);
// In place of what was known of the same address. Throws Error as above, and as write_file does.
void remember_server(const std::filesystem::path& file, const KnownServer& server);
// Whether it was known.
bool forget_server(const std::filesystem::path& file, std::string_view url);

}  // namespace caas::config

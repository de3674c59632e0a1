#include "cli/installation.h"

#include <vector>

#include <pwd.h>
#include <unistd.h>

#include "cli/http_transport.h"
#include "cli/local_transport.h"
#include "cli/server_address.h"
#include "core/base/error.h"
#include "core/base/owner.h"
#include "core/config/servers.h"
#include "core/net/curl.h"
#include "core/net/url.h"

namespace caas::cli {
namespace {

// The operating system's name of who runs this; the first organization is named after it.
std::string user_name(const Terminal& terminal) {
    constexpr std::size_t most_bytes = 4096;
    std::vector<char> buffer(most_bytes);
    passwd entry{};
    passwd* found = nullptr;
    if (getpwuid_r(geteuid(), &entry, buffer.data(), buffer.size(), &found) == 0 &&
        found != nullptr)
        return found->pw_name;
    return terminal.environment("USER").value_or("user");
}

app::Start start_of(const Place& place, const Terminal& terminal, bool is_verbose) {
    return {
        {place.home, place.config},
        {},
        environment_of(terminal),
        user_name(terminal),
        false,
        is_verbose};
}

config::Paths paths_of(const Place& place, const Terminal& terminal) {
    return config::find_paths(
        environment_of(terminal), {place.home, place.config}, config::own_executable());
}

config::Settings settings_of(const Place& place, const Terminal& terminal) {
    const auto paths = paths_of(place, terminal);
    return config::load({paths.config_file, paths.must_config_exist, environment_of(terminal), {}});
}

// A variable that was left in a shell would have what is only tried done for real.
void refuse_way_out(const Place& place, const config::Settings& settings) {
    if (!place.is_server_exported || !settings.truth("sandbox.enabled"))
        return;
    const auto url = net::parse_url(place.server);
    if (!url || !url->is_loopback())
        throw Error(
            Code::usage,
            "This home is a sandbox, but CAAS_SERVER names " + place.server,
            "unset it");
}

Secret token_for(
    const Place& place,
    const std::filesystem::path& servers,
    std::span<const std::string> plain_http_hosts) {
    if (!place.token.empty() || place.is_signing_in)
        return place.token;
    auto known = config::find_server(servers, server_address(place.server, plain_http_hosts));
    return known ? std::move(known->token) : Secret();
}

// A client and the transport that uses it, together.
class RemoteTransport final : public Transport {
  public:
    RemoteTransport(
        const Place& place, const config::Settings& settings, const std::filesystem::path& servers)
        : plain_http_hosts_(settings.list("net.plain_http_hosts")),
          http_(net::curl_client({
              .ca_file = settings.text("net.ca_file"),
              .plain_http_hosts = plain_http_hosts_,
          })),
          transport_(
              *http_,
              clock_,
              ids_,
              place.server,
              token_for(place, servers, plain_http_hosts_),
              plain_http_hosts_) {}

    Answer send(const Ask& ask) override { return transport_.send(ask); }

  private:
    std::vector<std::string> plain_http_hosts_;
    std::unique_ptr<net::HttpClient> http_;
    SystemClock clock_;
    SystemRandom random_;
    IdMaker ids_{clock_, random_};
    HttpTransport transport_;
};

}  // namespace

config::Environment environment_of(const Terminal& terminal) {
    return [&terminal](const std::string& name) { return terminal.environment(name); };
}

config::Paths find_paths(const Call& call) {
    return paths_of(call.place(), call.world().terminal);
}

config::Settings load_settings(const Call& call) {
    return settings_of(call.place(), call.world().terminal);
}

bool act_as_owner(const Place& place, const Terminal& terminal) {
    return caas::act_as_owner(paths_of(place, terminal).data);
}

std::string remote_address(const Call& call) {
    if (call.place().server.empty())
        throw Error(
            Code::usage,
            "`caas " + call.path() + "` needs the address of a daemon",
            "add --server https://caas.example.org, or set CAAS_SERVER");
    const auto settings = load_settings(call);
    refuse_way_out(call.place(), settings);
    return server_address(call.place().server, settings.list("net.plain_http_hosts"));
}

std::string machine_name() {
    constexpr std::size_t most_bytes = 256;
    std::vector<char> name(most_bytes);
    return ::gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data())
                                                            : std::string();
}

std::unique_ptr<app::App> open_app(const Call& call) {
    return std::make_unique<app::App>(
        start_of(call.place(), call.world().terminal, call.has("verbose")));
}

std::unique_ptr<Transport> open_transport(
    const Place& place, const Terminal& terminal, bool is_verbose) {
    if (!place.server.empty()) {
        const auto settings = settings_of(place, terminal);
        refuse_way_out(place, settings);
        return std::make_unique<RemoteTransport>(
            place, settings, paths_of(place, terminal).servers);
    }
    return std::make_unique<LocalTransport>([start = start_of(place, terminal, is_verbose)] {
        // Shared, because a function object must be copyable; the transport holds the only one.
        const auto app = std::make_shared<app::App>(start);
        return [app](api::Request& request) { return app->handle_local(request); };
    });
}

}  // namespace caas::cli

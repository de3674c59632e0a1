#include "daemon/sandbox.h"

#include <array>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <utility>
#include <vector>

#include "core/base/digest.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/config/paths.h"
#include "core/config/sandbox.h"
#include "core/net/curl.h"
#include "core/net/loopback_only.h"
#include "core/sandbox/site.h"
#include "daemon/http/listener.h"

namespace caas::daemon {
namespace {

constexpr std::string_view mark =
    "# A sandbox: made by caasd --sandbox. Platforms and providers are pretend ones on this "
    "machine,\n# and nothing else is reached. Do not take this away: a home that was a sandbox "
    "once is no good\n# for anything real.\n[sandbox]\nenabled = true\n";
// What the mark ends with until the addresses of the home are known.
constexpr std::string_view beginning =
    "# The addresses that were named follow once it could listen on them.\n";
constexpr std::size_t most_config_bytes = 4096;
constexpr std::uint64_t most_body = 600U << 20U;  // X takes videos of 512 MiB
// Longer than any call of a driver waits.
constexpr auto patience = std::chrono::seconds(40);
constexpr std::size_t salt_bytes = 16;

std::filesystem::path usual_home(const config::Environment& environment) {
    if (const auto data = config::variable(environment, "XDG_DATA_HOME");
        data && std::filesystem::path(*data).is_absolute())
        return std::filesystem::path(*data) / "caas-sandbox";
    if (const auto home = config::variable(environment, "HOME"))
        return std::filesystem::path(*home) / ".local" / "share" / "caas-sandbox";
    throw Error(
        Code::usage, "There is no place for a sandbox", "Name a new folder: --sandbox --home DIR");
}

// Whether anything is there, be it only keys or media of a database that is elsewhere. What cannot
// be looked at counts. A daemon that was refused leaves its lock.
bool is_used(const std::filesystem::path& folder) {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
        if (entry.path().filename() != "caasd.lock")
            return true;
    }
    return error && error != std::errc::no_such_file_or_directory;
}

bool is_there(const std::filesystem::path& file) {
    std::error_code ignored;
    return std::filesystem::exists(file, ignored);
}

// Whether the home waits for its first start that can listen.
bool is_beginning(const std::filesystem::path& config_file) {
    try {
        return read_file(config_file, most_config_bytes) ==
               std::string(mark) + std::string(beginning);
    } catch (const Error&) {
        return false;
    }
}

// What makes a folder a sandbox, with the addresses it was begun with, so that `caas --home` in it
// finds them later.
std::string first_config(const config::Settings& settings) {
    const auto listen = [&](const std::string& name) {
        const auto place = http::parse_place(settings.text(name)).text();
        return settings.origin(name) == config::Origin::built_in ? std::string()
                                                                 : "listen = \"" + place + "\"\n";
    };
    auto text = std::string(mark) + listen("sandbox.listen");
    if (const auto line = listen("http.listen"); !line.empty())
        text += "\n[http]\n" + line;
    return text;
}

std::vector<http::Descriptor> listen_for_sandbox(
    http::Place& place,
    const config::Settings& settings,
    const std::filesystem::path& config_file) {
    try {
        return http::listen_on(place);
    } catch (const Error& error) {
        // The daemon's own sockets are open already.
        if (error.code() == Code::conflict &&
            http::parse_place(settings.text("http.listen")).port == place.port)
            throw Error(
                error.code(),
                "The daemon itself and the pretend platforms are to listen on the same port, " +
                    std::to_string(place.port),
                "Give one of them another: the daemon with --listen HOST:PORT, the pretend "
                "platforms with CAAS_SANDBOX_LISTEN=HOST:PORT");
        // A home that is new will remember what the variable says.
        const bool is_variable = settings.origin("sandbox.listen") == config::Origin::environment ||
                                 is_beginning(config_file);
        throw Error(
            error.code(),
            error.what(),
            "The pretend platforms answer there. Choose another address: " +
                (is_variable ? std::string("CAAS_SANDBOX_LISTEN")
                             : "listen of [sandbox] in " + config_file.string()));
    }
}

std::string read_body(api::Request& request) {
    std::string body;
    if (!request.body)
        return body;
    std::array<char, std::size_t{64} << 10U> piece{};
    while (const auto count = request.body->read(piece))
        body.append(piece.data(), count);
    return body;
}

// Keeps the caller waiting until it has lost patience.
void hang(const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait_for(lock, stop, patience, [] { return false; });
}

}  // namespace

void find_sandbox_home(app::Start& start) {
    if (start.paths.home.empty() && !config::variable(start.environment, "CAAS_HOME"))
        start.paths.home = usual_home(start.environment);
    start.flags.push_back({"sandbox.enabled", "--sandbox", "true"});
    const auto paths = config::find_paths(start.environment, start.paths, config::own_executable());
    // What the file of the home says, and nothing else.
    if (is_used(paths.data) && !config::load({.file = paths.config_file}).truth("sandbox.enabled"))
        throw Error(
            Code::conflict,
            paths.data.string() + " is in use and is no sandbox",
            "What is scheduled there is meant to be published. Name another folder: "
            "caasd --sandbox --home DIR");
}

void mark_sandbox(const app::Start& start) {
    const auto paths = config::find_paths(start.environment, start.paths, config::own_executable());
    if (is_there(paths.config_file))
        return;
    make_folder(paths.data);
    write_file(paths.config_file, std::string(mark) + std::string(beginning));
}

void remember_sandbox(const config::Settings& settings, const std::filesystem::path& config_file) {
    if (is_beginning(config_file))
        write_file(config_file, first_config(settings));
}

struct SandboxServer::Parts {
    Parts(
        const config::Settings& settings,
        const std::filesystem::path& config_file,
        const Clock& clock,
        Random& random,
        http::OnServed on_served)
        : origin(config::sandbox_origin(settings)),
          client(net::curl_client()),
          site(
              clock,
              {origin, to_base64url(random.bytes(salt_bytes))},
              [this](const std::string& url) { return fetch(url); }),
          place(http::parse_place(settings.text("sandbox.listen"))),
          server(
              {{}, policy(), {}},
              clock,
              random,
              [this](api::Request& request) { return handle(request); },
              std::move(on_served)) {
        server.start(listen_for_sandbox(place, settings, config_file));
    }

    static http::Policy policy() {
        http::Policy policy;
        policy.most_body_bytes = [](const http::Head&) { return most_body; };
        return policy;
    }

    // As Meta's platforms fetch what they are to show; from this machine only.
    std::optional<sandbox::ShownFile> fetch(const std::string& url) {
        net::Request request;
        request.url = url;
        request.most_response_bytes = std::size_t{200} << 20U;
        const auto result = client.send(request);
        const auto* response = std::get_if<net::Response>(&result);
        if (response == nullptr || response->status != 200)
            return std::nullopt;
        return sandbox::ShownFile{response->header("Content-Type").value_or(""), response->body};
    }

    api::Response handle(api::Request& from) {
        net::Request request;
        request.method = from.method;
        request.url = origin + from.target + (from.query.empty() ? "" : "?" + from.query);
        request.headers = from.headers;
        request.body = read_body(from);
        auto result = site.answer(request);
        api::Response to;
        if (const auto* failure = std::get_if<net::Failure>(&result)) {
            if (failure->kind == net::Failure::Kind::timeout)
                hang(from.stop);
            to.status = 0;  // no answer: the connection is closed
            return to;
        }
        auto& answer = std::get<net::Response>(result);
        to.status = answer.status;
        for (auto& header : answer.headers) {
            // The server counts by itself.
            if (header.first != "Content-Length")
                to.headers.push_back(std::move(header));
        }
        to.body = std::move(answer.body);
        return to;
    }

    const std::string origin;
    net::LoopbackOnly client;
    sandbox::Site site;
    http::Place place;
    http::Server server;
};

SandboxServer::SandboxServer(
    const config::Settings& settings,
    const std::filesystem::path& config_file,
    const Clock& clock,
    Random& random,
    http::OnServed on_served)
    : parts_(std::make_unique<Parts>(settings, config_file, clock, random, std::move(on_served))) {}

SandboxServer::~SandboxServer() = default;

std::string SandboxServer::page() const {
    return parts_->origin + "/sandbox";
}

}  // namespace caas::daemon

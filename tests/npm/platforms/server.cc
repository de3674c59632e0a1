// The pretend platforms on loopback, for independent clients to talk to. Prints its port on the
// first line and ends when its standard input does. POST /sandbox/PLATFORM/FAULT makes the next
// request there fail in that way, POST /sandbox/PLATFORM/slow lets its media take their time.
#include <cstdio>
#include <string>
#include <thread>

#include <httplib.h>
#include <strings.h>
#include <sys/socket.h>

#include "core/base/clock.h"
#include "core/base/digest.h"
#include "core/sandbox/platform_sandbox.h"

namespace caas {
namespace {

// httplib takes forms apart; this puts one together again.
void put_form(const httplib::Request& from, net::Request& to) {
    std::string bytes;
    for (const auto& [name, part] : from.files)
        bytes += part.content;
    const auto boundary = "form-" + sha256_hex(bytes);
    for (const auto& [name, part] : from.files) {
        to.body += "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + name + "\"";
        if (!part.filename.empty())
            to.body += "; filename=\"" + part.filename + "\"";
        if (!part.content_type.empty())
            to.body += "\r\nContent-Type: " + part.content_type;
        to.body += "\r\n\r\n" + part.content + "\r\n";
    }
    to.body += "--" + boundary + "--\r\n";
    to.headers.emplace_back("Content-Type", "multipart/form-data; boundary=" + boundary);
}

net::Request take(const httplib::Request& from) {
    net::Request to;
    to.method = from.method;
    to.url = "http://loopback" + from.target;
    const bool is_form = from.is_multipart_form_data();
    for (const auto& [name, value] : from.headers) {
        // Node writes names in small letters.
        if (!is_form || strcasecmp(name.c_str(), "Content-Type") != 0)
            to.headers.emplace_back(name, value);
    }
    if (is_form)
        put_form(from, to);
    else
        to.body = from.body;
    return to;
}

void give(const net::Result& result, httplib::Response& response) {
    const auto* answer = std::get_if<net::Response>(&result);
    if (answer == nullptr) {
        response.status = 504;
        return;
    }
    response.status = answer->status;
    std::string type = "application/octet-stream";
    for (const auto& [name, value] : answer->headers) {
        if (name == "Content-Type")
            type = value;
        else if (name != "Content-Length")
            response.set_header(name, value);
    }
    response.set_content(answer->body, type);
}

int serve() {
    const SystemClock clock;
    sandbox::PlatformSandbox platforms(clock, Secret("sandbox"));
    platforms.x.set_processing(std::chrono::milliseconds(1500));
    platforms.bluesky.add_account("ana.test", "app-password");
    httplib::Server server;
    server.set_tcp_nodelay(true);
    server.set_socket_options([](int socket) {
        const int yes = 1;
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    });
    server.Post(
        "/sandbox/([a-z]+)/(.+)",
        [&](const httplib::Request& request, httplib::Response& response) {
            auto* platform = platforms.find(request.matches[1].str());
            const auto fault = sandbox::find_platform_fault(request.matches[2].str());
            const bool is_slow = request.matches[2].str() == "slow";
            response.status = platform != nullptr && (fault || is_slow) ? 204 : 404;
            if (response.status == 204 && is_slow)
                platform->set_slow(true);
            else if (response.status == 204)
                platform->queue(*fault);
        });
    const auto answer = [&](const httplib::Request& request, httplib::Response& response) {
        give(platforms.send(take(request)), response);
    };
    server.Get(".*", answer).Post(".*", answer).Delete(".*", answer).Put(".*", answer);
    const int port = server.bind_to_any_port("127.0.0.1");
    if (port <= 0)
        return 1;
    std::printf("%d\n", port);
    std::fflush(stdout);
    const std::jthread watch([&] {
        while (std::getchar() != EOF) {
        }
        server.stop();
    });
    return server.listen_after_bind() ? 0 : 1;
}

}  // namespace
}  // namespace caas

int main() {
    return caas::serve();
}

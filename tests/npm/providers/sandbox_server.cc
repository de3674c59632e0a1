// The pretend providers on loopback, for the official SDKs to talk to. Prints its port on the
// first line and ends when its standard input does.
#include <chrono>
#include <cstdio>
#include <memory>
#include <thread>

#include <httplib.h>
#include <sys/socket.h>

#include "core/sandbox/provider_sandbox.h"

namespace caas {
namespace {

// Longer than any client in the tests waits.
constexpr auto longest_hang = std::chrono::seconds(10);

net::Request take(const httplib::Request& from) {
    net::Request to;
    to.method = from.method;
    to.url = "http://loopback" + from.target;
    for (const auto& [name, value] : from.headers)
        to.headers.emplace_back(name, value);
    to.body = from.body;
    return to;
}

void give(sandbox::ProviderReply reply, httplib::Response& response) {
    using Ending = sandbox::ProviderReply::Ending;
    if (reply.ending == Ending::hang)
        std::this_thread::sleep_for(longest_hang);
    response.status = reply.status;
    std::string type = "application/json";
    for (const auto& [name, value] : reply.headers) {
        if (name == "Content-Type")
            type = value;
        else
            response.set_header(name, value);
    }
    if (type == "application/json" && reply.ending == Ending::whole) {
        response.set_content(reply.body(), type);
        return;
    }
    const auto kept = std::make_shared<sandbox::ProviderReply>(std::move(reply));
    response.set_chunked_content_provider(type, [kept](std::size_t, httplib::DataSink& sink) {
        for (const auto& chunk : kept->chunks) {
            std::this_thread::sleep_for(chunk.delay);
            if (!sink.write(chunk.bytes.data(), chunk.bytes.size()))
                return false;
        }
        if (kept->ending != Ending::whole)
            return false;
        sink.done();
        return true;
    });
}

int serve() {
    sandbox::ProviderSandbox providers;
    httplib::Server server;
    server.set_tcp_nodelay(true);
    server.set_socket_options([](int socket) {
        const int yes = 1;
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    });
    const auto answer = [&](const httplib::Request& request, httplib::Response& response) {
        give(providers.handle(take(request)), response);
    };
    server.Get(".*", answer).Post(".*", answer);
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

// What a pretend provider answers, as data: the transport that serves it (a fake client, a server
// on loopback) sends the pieces, waits between them and ends as it says.
#pragma once

#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/net/http_client.h"

namespace caas::sandbox {

struct Chunk {
    std::string bytes;
    Milliseconds delay{};  // before these bytes
};

struct ProviderReply {
    enum class Ending {
        whole,
        broken,  // the connection dies after the last piece
        hang,    // nothing comes after the last piece, not even a status when there is none
    };

    int status = 200;
    net::Headers headers;
    std::vector<Chunk> chunks;
    Ending ending = Ending::whole;

    std::string body() const;

    static ProviderReply json(int status, const Json& body, net::Headers more = {});
    static ProviderReply text(int status, std::string type, std::string body);
};

// A stream of server-sent events, one chunk an event.
class EventStream {
  public:
    explicit EventStream(std::string line_end = "\n") : line_end_(std::move(line_end)) {}

    // `name` empty: only data.
    void add(std::string_view name, const Json& data);

    void add_raw(std::string bytes) { reply_.chunks.push_back({std::move(bytes), {}}); }

    ProviderReply take(net::Headers headers);

  private:
    std::string line_end_;
    ProviderReply reply_;
};

}  // namespace caas::sandbox

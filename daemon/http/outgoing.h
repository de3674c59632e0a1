// What still has to leave on one connection: a head, a body in memory or a piece of a file. It is
// sent as far as the socket takes it, so that a slow reader holds a connection but no thread. For
// one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "daemon/http/descriptor.h"

namespace caas::http {

class Outgoing {
  public:
    enum class Progress { done, blocked, broken };

    Outgoing() = default;

    Outgoing(std::string head, std::string body) : head_(std::move(head)), body_(std::move(body)) {}

    Outgoing(std::string head, Descriptor file, std::uint64_t from, std::uint64_t length)
        : head_(std::move(head)), file_(std::move(file)), from_(from), left_(length) {}

    // Never waits. `broken` when the reader is gone or the file is shorter than was promised.
    Progress send(int socket);

    std::uint64_t bytes_left() const noexcept {
        return head_.size() + body_.size() - sent_ + left_;
    }

  private:
    Progress send_memory(int socket);
    Progress send_file(int socket);

    std::string head_;
    std::string body_;
    std::size_t sent_ = 0;  // of head and body together
    Descriptor file_;
    std::uint64_t from_ = 0;
    std::uint64_t left_ = 0;  // of the file
};

}  // namespace caas::http

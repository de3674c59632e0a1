#include "daemon/http/outgoing.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>

namespace caas::http {
namespace {

// A piece of a file that is sent before others get their turn.
constexpr std::uint64_t file_piece = 256U << 10U;

}  // namespace

Outgoing::Progress Outgoing::send_memory(int socket) {
    while (sent_ < head_.size() + body_.size()) {
        const auto of_head = std::min(sent_, head_.size());
        const auto of_body = sent_ - of_head;
        std::array<iovec, 2> pieces{
            iovec{head_.data() + of_head, head_.size() - of_head},
            iovec{body_.data() + of_body, body_.size() - of_body}};
        msghdr message{};
        message.msg_iov = pieces.data();
        message.msg_iovlen = pieces.size();
        const auto more = left_ > 0 ? MSG_MORE : 0;
        const auto count = ::sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT | more);
        if (count >= 0)
            sent_ += static_cast<std::size_t>(count);
        else if (errno == EAGAIN || errno == EWOULDBLOCK)
            return Progress::blocked;
        else if (errno != EINTR)
            return Progress::broken;
    }
    return Progress::done;
}

Outgoing::Progress Outgoing::send_file(int socket) {
    while (left_ > 0) {
        auto from = static_cast<off_t>(from_);
        const auto count = ::sendfile(
            socket, file_.get(), &from, static_cast<std::size_t>(std::min(left_, file_piece)));
        if (count > 0) {
            from_ += static_cast<std::uint64_t>(count);
            left_ -= static_cast<std::uint64_t>(count);
        } else if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            return Progress::blocked;
        } else if (count == 0 || errno != EINTR) {
            return Progress::broken;
        }
    }
    return Progress::done;
}

Outgoing::Progress Outgoing::send(int socket) {
    const auto progress = send_memory(socket);
    return progress == Progress::done ? send_file(socket) : progress;
}

}  // namespace caas::http

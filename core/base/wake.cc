#include "core/base/wake.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/base/error.h"

namespace caas {
namespace {

constexpr const char* socket_name = "caasd.sock";

// The address of the socket in a folder. A Unix address holds 107 bytes; a longer one is reached
// through a descriptor of the folder, which must stay open meanwhile.
class Address {
  public:
    explicit Address(const std::filesystem::path& folder) {
        auto text = (folder / socket_name).string();
        if (text.size() >= sizeof address_.sun_path) {
            folder_ = ::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
            text = "/proc/self/fd/" + std::to_string(folder_) + "/" + socket_name;
        }
        address_.sun_family = AF_UNIX;
        std::copy_n(
            text.c_str(),
            std::min(text.size() + 1, sizeof address_.sun_path),
            static_cast<char*>(address_.sun_path));
    }

    Address(const Address&) = delete;
    Address& operator=(const Address&) = delete;

    ~Address() {
        if (folder_ >= 0)
            ::close(folder_);
    }

    const sockaddr* get() const noexcept { return reinterpret_cast<const sockaddr*>(&address_); }

    static socklen_t size() noexcept { return sizeof(sockaddr_un); }

  private:
    sockaddr_un address_{};
    int folder_ = -1;
};

}  // namespace

bool wake(const std::filesystem::path& data_folder) noexcept {
    try {
        const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (socket < 0)
            return false;
        const Address address(data_folder);
        const char ring = '!';
        const auto sent = ::sendto(socket, &ring, 1, MSG_NOSIGNAL, address.get(), Address::size());
        // A full queue is a daemon that has been rung for already.
        const bool is_heard = sent == 1 || errno == EAGAIN || errno == ENOBUFS;
        ::close(socket);
        return is_heard;
    } catch (const std::exception&) {
        return false;
    }
}

WakeSocket::WakeSocket(const std::filesystem::path& data_folder)
    : path_(data_folder / socket_name),
      socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    ::unlink(path_.c_str());
    const Address address(data_folder);
    if (socket_ >= 0 && ::bind(socket_, address.get(), Address::size()) == 0 &&
        ::chmod(path_.c_str(), S_IRUSR | S_IWUSR) == 0)
        return;
    const auto why = std::system_category().message(errno);
    if (socket_ >= 0)
        ::close(socket_);
    throw Error(
        Code::unavailable,
        "The socket " + path_.string() + " cannot be made: " + why,
        "The data folder must be writable and on a file system that knows Unix sockets");
}

WakeSocket::~WakeSocket() {
    ::unlink(path_.c_str());
    ::close(socket_);
}

bool WakeSocket::take() noexcept {
    std::array<char, 16> bytes{};
    bool was_rung = false;
    while (::recv(socket_, bytes.data(), bytes.size(), 0) >= 0)
        was_rung = true;
    return was_rung;
}

}  // namespace caas

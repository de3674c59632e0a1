// The daemon's doorbell: a Unix datagram socket in the data folder. Whoever made something due in
// the same database rings it, so that nobody has to ask the database again and again.
#pragma once

#include <filesystem>

namespace caas {

// Rings; true when a daemon lives on `data_folder` and was told. Never waits. Thread-safe.
bool wake(const std::filesystem::path& data_folder) noexcept;

// The daemon's end. Only whoever holds the daemon's lock on the folder may make one: it takes the
// place of a socket that is lying about. For one thread; removes the socket when it dies.
class WakeSocket {
  public:
    // Throws Error(unavailable) when the socket cannot be made.
    explicit WakeSocket(const std::filesystem::path& data_folder);
    WakeSocket(const WakeSocket&) = delete;
    WakeSocket& operator=(const WakeSocket&) = delete;
    ~WakeSocket();

    // Readable when somebody rang.
    int descriptor() const noexcept { return socket_; }

    // Forgets all rings until now; whether there were any.
    bool take() noexcept;

  private:
    std::filesystem::path path_;
    int socket_ = -1;
};

}  // namespace caas

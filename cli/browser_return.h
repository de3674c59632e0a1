// Waits on 127.0.0.1 for a browser that comes back from a platform (RFC 8252, 7.3): one request,
// one page that sends the person back to the terminal. For one thread.
#pragma once

#include <chrono>
#include <stop_token>
#include <string>

namespace caas::cli {

class BrowserReturn {
  public:
    // `port` 0: any that is free. Throws Error(unavailable) when it cannot be had.
    explicit BrowserReturn(int port);
    BrowserReturn(const BrowserReturn&) = delete;
    BrowserReturn& operator=(const BrowserReturn&) = delete;
    ~BrowserReturn();

    // http://127.0.0.1:PORT/callback
    std::string url() const;

    // The address it came back to, "/callback?code=…". What else comes (an icon, a probe) is
    // answered and does not count. Throws Error: canceled when `stop` is asked for, timeout.
    std::string wait(std::chrono::milliseconds most, const std::stop_token& stop) const;

  private:
    int listener_ = -1;
    int port_ = 0;
};

}  // namespace caas::cli

#include "core/net/curl.h"

#include <algorithm>
#include <list>
#include <mutex>
#include <stop_token>

#include "core/base/error.h"
#include "core/net/curl_library.h"
#include "core/net/curl_transfer.h"
#include "core/net/url.h"

namespace caas::net {
namespace {

// A pair of handles with the connections they keep alive. For one thread at a time.
class Line {
  public:
    explicit Line(const CurlLibrary& library)
        : library_(library), multi_(library.multi_init()), easy_(library.easy_init()) {
        if (multi_ == nullptr || easy_ == nullptr) {
            release();
            throw Error(Code::internal, "libcurl gave no handle");
        }
    }

    Line(const Line&) = delete;
    Line& operator=(const Line&) = delete;

    ~Line() { release(); }

    Result send(const Request& request, const Url& url, Reach reach, const CurlOptions& options) {
        Transfer transfer(library_, easy_, request, url, reach, options);
        if (library_.multi_add_handle(multi_, easy_) != CURLM_OK)
            throw Error(Code::internal, "libcurl refused a request");
        const auto code = perform(request.stop);
        library_.multi_remove_handle(multi_, easy_);
        if (!code)
            return transfer.canceled();
        return transfer.finish(*code);
    }

  private:
    // How the transfer ended; nullopt when `stop` was asked for before its end.
    std::optional<CURLcode> perform(const std::stop_token& stop) {
        constexpr int longest_wait_ms = 1000;
        // The only call that may come from another thread.
        const std::stop_callback wake(stop, [this] { library_.multi_wakeup(multi_); });
        int running = 1;
        while (!stop.stop_requested()) {
            if (library_.multi_perform(multi_, &running) != CURLM_OK)
                return CURLE_FAILED_INIT;
            if (running == 0)
                return outcome();
            library_.multi_poll(multi_, nullptr, 0, longest_wait_ms, nullptr);
        }
        return std::nullopt;
    }

    CURLcode outcome() {
        int left = 0;
        while (const auto* message = library_.multi_info_read(multi_, &left)) {
            if (message->msg == CURLMSG_DONE)
                return message->data.result;
        }
        return CURLE_FAILED_INIT;
    }

    void release() noexcept {
        if (easy_ != nullptr)
            library_.easy_cleanup(easy_);
        if (multi_ != nullptr)
            library_.multi_cleanup(multi_);
    }

    const CurlLibrary& library_;
    CURLM* multi_;
    CURL* easy_;
};

// The idle lines by the key of what they are connected to, the longest unused first. Thread-safe.
class Pool {
  public:
    explicit Pool(std::size_t most) : most_(most) {}

    std::unique_ptr<Line> take(const std::string& key) {
        const std::scoped_lock lock(mutex_);
        const auto found = std::find_if(
            idle_.rbegin(), idle_.rend(), [&](const auto& entry) { return entry.first == key; });
        if (found == idle_.rend())
            return nullptr;
        auto line = std::move(found->second);
        idle_.erase(std::next(found).base());
        return line;
    }

    void give(std::string key, std::unique_ptr<Line> line) {
        std::unique_ptr<Line> oldest;  // closed outside the lock
        const std::scoped_lock lock(mutex_);
        idle_.emplace_back(std::move(key), std::move(line));
        if (idle_.size() > most_) {
            oldest = std::move(idle_.front().second);
            idle_.pop_front();
        }
    }

  private:
    std::mutex mutex_;
    std::size_t most_;
    std::list<std::pair<std::string, std::unique_ptr<Line>>> idle_;
};

bool is_token(std::string_view text) {
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~";  // RFC 9110, 5.6.2
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               marks.find(c) != std::string_view::npos;
    });
}

bool is_header_value(std::string_view text) {
    return std::none_of(
        text.begin(), text.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

class CurlClient final : public HttpClient {
  public:
    explicit CurlClient(CurlOptions options)
        : options_(std::move(options)), pool_(options_.most_idle) {}

    Result send(const Request& request) override {
        if (request.stop.stop_requested())
            return Failure{Failure::Kind::canceled, false, "the request was stopped"};
        const auto url = parse_url(request.url);
        if (!url)
            return refused("the address is not a whole http or https URL");
        if (auto fault = fault_of(request))
            return refused(std::move(*fault));
        const bool is_listed =
            std::find(
                options_.plain_http_hosts.begin(), options_.plain_http_hosts.end(), url->host) !=
            options_.plain_http_hosts.end();
        if (!url->is_secure() && !url->is_loopback() && !is_listed)
            return refused("plain http to " + url->host + " is refused: use https");
        const auto reach = reach_of(request, *url, is_listed);
        auto key = url->origin() + (reach == Reach::public_only ? " public" : "");
        auto line = pool_.take(key);
        if (!line)
            line = std::make_unique<Line>(library());
        auto result = line->send(request, *url, reach, options_);
        pool_.give(std::move(key), std::move(line));
        return result;
    }

  private:
    static Failure refused(std::string message) {
        return {Failure::Kind::bad_url, false, std::move(message)};
    }

    // What in the request would let its values break out of their place.
    static std::optional<std::string> fault_of(const Request& request) {
        if (!is_token(request.method))
            return "the HTTP method is not a word";
        for (const auto& [name, value] : request.headers) {
            if (!is_token(name))
                return "a request header has no proper name";
            if (!is_header_value(value))
                return "the request header " + name + " holds a line break";
        }
        return std::nullopt;
    }

    static Reach reach_of(const Request& request, const Url& url, bool is_listed) {
        if (request.only_public_addresses)
            return Reach::public_only;
        // "localhost" could be made to mean another machine; then plain http is refused after all.
        return url.is_secure() || is_listed ? Reach::anywhere : Reach::loopback_only;
    }

    const CurlLibrary& library() {
        const std::scoped_lock lock(mutex_);
        if (!library_)
            library_ = std::make_unique<CurlLibrary>(options_.library);
        return *library_;
    }

    CurlOptions options_;
    std::mutex mutex_;
    std::unique_ptr<CurlLibrary> library_;
    Pool pool_;  // after library_: its lines are closed with the library's functions
};

}  // namespace

std::unique_ptr<HttpClient> curl_client(CurlOptions options) {
    return std::make_unique<CurlClient>(std::move(options));
}

}  // namespace caas::net

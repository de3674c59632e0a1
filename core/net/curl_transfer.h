// One request on its way through one libcurl handle: its options, its callbacks, and what the end
// of it means. Used by one thread, once.
#pragma once

#include <array>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>

#include "core/net/curl_library.h"
#include "core/net/http_client.h"
#include "core/net/url.h"

namespace caas::net {

struct CurlOptions;

// Which addresses a connection may be made to.
enum class Reach : std::uint8_t { anywhere, public_only, loopback_only };

class Transfer {
  public:
    // All references must outlive the transfer.
    Transfer(
        const CurlLibrary& library,
        CURL* handle,
        const Request& request,
        const Url& url,
        Reach reach,
        const CurlOptions& options);
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;
    ~Transfer();

    // The answer, when libcurl ended with `code`. Rethrows what Request::on_data or its source
    // threw.
    Result finish(CURLcode code);
    // The failure of a transfer that was ended by its stop token.
    Failure canceled() const;

  private:
    void set_number(CURLoption option, long value);
    void set_text(CURLoption option, const char* value);
    template <typename Pointer>
    void set_pointer(CURLoption option, Pointer value);
    void set_method();
    void set_headers();
    void set_limits();
    void set_callbacks();
    void release() noexcept;

    bool may_repeat() const;
    bool may_have_left() const;
    long status() const;
    Failure failure(CURLcode code) const;

    static std::size_t on_source(char* bytes, std::size_t size, std::size_t count, void* self);
    static int on_seek(void* self, curl_off_t offset, int origin);
    static std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* self);
    static std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* self);
    static int on_begin(void* self, char* remote, char* local, int remote_port, int local_port);
    static curl_socket_t on_socket(void* self, curlsocktype purpose, curl_sockaddr* address);

    std::size_t take_body(std::string_view bytes);
    std::size_t take_header(std::string_view line);

    const CurlLibrary& library_;
    CURL* handle_;
    const Request& request_;
    const Url& url_;
    Reach reach_;
    curl_slist* headers_ = nullptr;
    std::array<char, CURL_ERROR_SIZE> words_{};

    Response response_;
    std::exception_ptr thrown_;
    std::int64_t source_offset_ = 0;  // how much of the request's source was handed over
    std::size_t body_bytes_ = 0;
    std::size_t header_bytes_ = 0;
    bool has_whole_head_ = false;
    // How often libcurl was about to send the request.
    int begun_ = 0;
    bool was_address_refused_ = false;
    bool is_too_large_ = false;
    bool is_ended_by_reader_ = false;
};

}  // namespace caas::net

#include "core/net/curl_transfer.h"

#include <algorithm>
#include <cstdio>
#include <system_error>

#include <sys/socket.h>

#include "core/base/error.h"
#include "core/net/address.h"
#include "core/net/curl.h"

namespace caas::net {
namespace {

// libcurl bounds one header line but before 8.3 not all of them together (CVE-2023-38039).
constexpr std::size_t most_header_bytes = std::size_t{256} << 10U;

bool is_name(std::string_view a, std::string_view lower) {
    return std::equal(a.begin(), a.end(), lower.begin(), lower.end(), [](char x, char y) {
        return (x >= 'A' && x <= 'Z' ? x - 'A' + 'a' : x) == y;
    });
}

std::string seconds_text(std::chrono::milliseconds duration) {
    const auto ms = duration.count();
    if (ms < 1000)
        return std::to_string(ms) + " ms";
    return std::to_string(ms / 1000) + " s";
}

}  // namespace

Transfer::Transfer(
    const CurlLibrary& library,
    CURL* handle,
    const Request& request,
    const Url& url,
    Reach reach,
    const CurlOptions& options)
    : library_(library), handle_(handle), request_(request), url_(url), reach_(reach) {
    try {
        set_text(CURLOPT_URL, url.text().c_str());
        // Else libcurl makes another path of one with `..`, after its pieces were joined.
        set_number(CURLOPT_PATH_AS_IS, 1);
        set_text(CURLOPT_PROTOCOLS_STR, url.is_secure() ? "https" : "http");
        set_text(CURLOPT_REDIR_PROTOCOLS_STR, "https");
        set_number(CURLOPT_FOLLOWLOCATION, 0);
        set_text(CURLOPT_USERAGENT, options.user_agent.c_str());
        if (!options.ca_file.empty())
            set_text(CURLOPT_CAINFO, options.ca_file.c_str());
        // A proxy would make the check of addresses worthless, and has no way back to loopback.
        if (reach != Reach::anywhere || url.is_loopback())
            set_text(CURLOPT_PROXY, "");
        if (request.is_create) {
            // One attempt, one request: a connection of its own, and no HTTP/2, where libcurl
            // sends a refused stream again.
            set_number(CURLOPT_FRESH_CONNECT, 1);
            set_number(CURLOPT_FORBID_REUSE, 1);
            set_number(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
        }
        // A stream is read piece by piece; compressed it would come in lumps.
        if (!request.on_data)
            set_text(CURLOPT_ACCEPT_ENCODING, "");
        set_method();
        set_headers();
        set_limits();
        set_callbacks();
    } catch (...) {
        release();
        throw;
    }
}

Transfer::~Transfer() {
    release();
}

// The handle forgets everything that points into this object; it keeps its resolved names, and the
// connections belong to the loop it was in.
void Transfer::release() noexcept {
    library_.easy_reset(handle_);
    library_.slist_free_all(headers_);
}

void Transfer::set_number(CURLoption option, long value) {
    set_pointer(option, value);
}

void Transfer::set_text(CURLoption option, const char* value) {
    set_pointer(option, value);
}

template <typename Pointer>
void Transfer::set_pointer(CURLoption option, Pointer value) {
    const auto code = library_.easy_setopt(handle_, option, value);
    if (code != CURLE_OK)
        throw Error(
            Code::internal,
            "libcurl refused option " + std::to_string(option) + ": " +
                library_.easy_strerror(code));
}

void Transfer::set_method() {
    const auto& method = request_.method;
    if (method == "HEAD") {
        set_number(CURLOPT_NOBODY, 1);
        return;
    }
    const bool expects_body = method == "POST" || method == "PUT" || method == "PATCH";
    if (request_.source) {
        set_number(CURLOPT_POST, 1);
        set_pointer(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.source->size));
        set_pointer(CURLOPT_READFUNCTION, &Transfer::on_source);
        set_pointer(CURLOPT_READDATA, this);
        set_pointer(CURLOPT_SEEKFUNCTION, &Transfer::on_seek);
        set_pointer(CURLOPT_SEEKDATA, this);
    } else if (expects_body || !request_.body.empty()) {
        set_number(CURLOPT_POST, 1);
        set_pointer(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
        set_pointer(CURLOPT_POSTFIELDS, request_.body.data());
    }
    if (method != "GET" || !request_.body.empty() || request_.source)
        set_text(CURLOPT_CUSTOMREQUEST, method.c_str());
}

void Transfer::set_headers() {
    const auto add = [this](const std::string& line) {
        auto* const longer = library_.slist_append(headers_, line.c_str());
        if (longer == nullptr)
            throw Error(Code::internal, "out of memory for request headers");
        headers_ = longer;
    };
    bool has_type = false;
    for (const auto& [name, value] : request_.headers) {
        has_type = has_type || is_name(name, "content-type");
        // libcurl: "Name;" sends an empty header, "Name:" removes its own, and nothing but blanks
        // behind the colon is no value to it: the header would not be sent.
        std::string line = name;
        if (value.find_first_not_of(" \t") == std::string::npos)
            line += ';';
        else
            line.append(": ").append(value);
        add(line);
    }
    if (!has_type)
        add("Content-Type:");  // or libcurl says that every body is a form
    add("Expect:");            // or larger bodies wait a second for "100 Continue"
    set_pointer(CURLOPT_HTTPHEADER, headers_);
}

void Transfer::set_limits() {
    set_number(CURLOPT_NOSIGNAL, 1);
    set_number(CURLOPT_CONNECTTIMEOUT_MS, request_.connect_timeout.count());
    set_number(CURLOPT_TIMEOUT_MS, request_.total_timeout.count());
    if (request_.stall_timeout.count() > 0) {
        set_number(CURLOPT_LOW_SPEED_LIMIT, 1);
        set_number(CURLOPT_LOW_SPEED_TIME, request_.stall_timeout.count());
    }
    // A stopped or timed-out transfer does not wait for the resolver's thread.
    set_number(CURLOPT_QUICK_EXIT, 1);
}

void Transfer::set_callbacks() {
    set_pointer(CURLOPT_ERRORBUFFER, words_.data());
    set_pointer(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
    set_pointer(CURLOPT_WRITEDATA, this);
    set_pointer(CURLOPT_HEADERFUNCTION, &Transfer::on_header);
    set_pointer(CURLOPT_HEADERDATA, this);
    set_pointer(CURLOPT_PREREQFUNCTION, &Transfer::on_begin);
    set_pointer(CURLOPT_PREREQDATA, this);
    set_pointer(CURLOPT_OPENSOCKETFUNCTION, &Transfer::on_socket);
    set_pointer(CURLOPT_OPENSOCKETDATA, this);
}

// RFC 9110, 9.2.2: these mean the same sent once or twice.
bool Transfer::may_repeat() const {
    const auto& method = request_.method;
    return !request_.is_create && (method == "GET" || method == "HEAD" || method == "PUT" ||
                                   method == "DELETE" || method == "OPTIONS");
}

// libcurl says that it is about to send only when connection and TLS stand. How much it sent
// (REQUEST_SIZE) would count what a proxy was asked as well, before that.
bool Transfer::may_have_left() const {
    return begun_ > 0;
}

long Transfer::status() const {
    long status = 0;
    library_.easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

std::size_t Transfer::on_source(char* bytes, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    try {
        const auto piece = transfer.request_.source->read(transfer.source_offset_, size * count)
                               .substr(0, size * count);
        std::copy(piece.begin(), piece.end(), bytes);
        transfer.source_offset_ += static_cast<std::int64_t>(piece.size());
        return piece.size();
    } catch (...) {
        transfer.thrown_ = std::current_exception();
        return CURL_READFUNC_ABORT;
    }
}

// libcurl starts again when a kept connection died before the answer.
int Transfer::on_seek(void* self, curl_off_t offset, int origin) {
    if (origin != SEEK_SET)
        return CURL_SEEKFUNC_CANTSEEK;
    static_cast<Transfer*>(self)->source_offset_ = offset;
    return CURL_SEEKFUNC_OK;
}

std::size_t Transfer::on_body(char* bytes, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    try {
        return transfer.take_body({bytes, size * count});
    } catch (...) {
        transfer.thrown_ = std::current_exception();
        return 0;
    }
}

std::size_t Transfer::on_header(char* bytes, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    try {
        return transfer.take_header({bytes, size * count});
    } catch (...) {
        transfer.thrown_ = std::current_exception();
        return 0;
    }
}

// Called on each sending, also when libcurl means to send again because a kept connection died
// before the answer: that is only let pass where a repeat is harmless.
int Transfer::on_begin(void* self, char*, char*, int, int) {
    auto& transfer = *static_cast<Transfer*>(self);
    if (transfer.begun_ > 0 && !transfer.may_repeat())
        return CURL_PREREQFUNC_ABORT;
    ++transfer.begun_;
    return CURL_PREREQFUNC_OK;
}

curl_socket_t Transfer::on_socket(void* self, curlsocktype, curl_sockaddr* address) {
    auto& transfer = *static_cast<Transfer*>(self);
    const bool is_allowed = transfer.reach_ == Reach::anywhere ||
                            (transfer.reach_ == Reach::public_only ? is_public(address->addr)
                                                                   : is_loopback(address->addr));
    if (!is_allowed) {
        transfer.was_address_refused_ = true;
        return CURL_SOCKET_BAD;
    }
    // An editor or pager that we start must not inherit a connection.
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

std::size_t Transfer::take_body(std::string_view bytes) {
    if (bytes.size() > request_.most_response_bytes - body_bytes_) {
        is_too_large_ = true;
        return 0;
    }
    body_bytes_ += bytes.size();
    const auto code = status();
    if (!request_.on_data || code < 200 || code > 299) {
        response_.body += bytes;
    } else if (!request_.on_data(bytes)) {
        is_ended_by_reader_ = true;
        return 0;
    }
    return bytes.size();
}

std::size_t Transfer::take_header(std::string_view line) {
    const auto whole = line.size();
    header_bytes_ += whole;
    if (header_bytes_ > most_header_bytes) {
        is_too_large_ = true;
        return 0;
    }
    if (body_bytes_ > 0)
        return whole;  // a trailer; it may not change what the headers said
    if (line.starts_with("HTTP/")) {
        response_.headers.clear();  // an interim answer came before
        has_whole_head_ = false;
    }
    if (line == "\r\n" || line == "\n")
        has_whole_head_ = status() >= 200;
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || line.starts_with("HTTP/"))
        return whole;
    const auto trim = [](std::string_view text) {
        const auto start = std::min(text.find_first_not_of(" \t\r\n"), text.size());
        text.remove_prefix(start);
        return text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
    };
    response_.headers.emplace_back(trim(line.substr(0, colon)), trim(line.substr(colon + 1)));
    return whole;
}

Result Transfer::finish(CURLcode code) {
    if (thrown_)
        std::rethrow_exception(thrown_);
    if (code != CURLE_OK)
        return failure(code);
    // To libcurl one that breaks off within its headers is whole, and has no body.
    if (!has_whole_head_)
        return Failure{
            Failure::Kind::broken,
            true,
            "the answer of " + url_.host + " broke off in its headers"};
    response_.status = static_cast<int>(status());
    return std::move(response_);
}

Failure Transfer::canceled() const {
    return {
        Failure::Kind::canceled, may_have_left(), "the request to " + url_.host + " was stopped"};
}

Failure Transfer::failure(CURLcode code) const {
    using Kind = Failure::Kind;
    const bool has_left = may_have_left();
    const auto& host = url_.host;
    const auto where = host + " port " + std::to_string(url_.port);
    const auto make = [&](Kind kind, std::string message) {
        return Failure{kind, has_left, std::move(message)};
    };
    if (is_too_large_)
        return make(
            Kind::too_large,
            host + " answered with more than " + std::to_string(request_.most_response_bytes) +
                " bytes");
    if (is_ended_by_reader_)
        return make(Kind::canceled, "the answer of " + host + " was not read to its end");
    if (was_address_refused_ && !has_left)
        return make(
            Kind::refused_address,
            reach_ == Reach::public_only ? host + " is not on the public Internet"
                                         : host + " is not this machine");
    if (code == CURLE_UNSUPPORTED_PROTOCOL && has_left)
        return make(Kind::broken, host + " did not answer in HTTP");
    switch (code) {
        case CURLE_URL_MALFORMAT:
        case CURLE_UNSUPPORTED_PROTOCOL:
            return make(Kind::bad_url, "the URL of " + host + " was not understood");
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_COULDNT_RESOLVE_PROXY:
            return make(Kind::resolve, "the name " + host + " could not be resolved");
        case CURLE_COULDNT_CONNECT: {
            long number = 0;
            library_.easy_getinfo(handle_, CURLINFO_OS_ERRNO, &number);
            const auto why = number == 0
                                 ? std::string()
                                 : ": " + std::generic_category().message(static_cast<int>(number));
            return make(Kind::connect, "no connection to " + where + why);
        }
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CERTPROBLEM:
        case CURLE_SSL_CIPHER:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_ISSUER_ERROR:
        case CURLE_SSL_INVALIDCERTSTATUS: {
            // libcurl's own words here name certificates, never a path or a query.
            const std::string why(words_.data());
            return make(
                Kind::tls,
                "no secure connection to " + where + ": " +
                    (why.empty() ? library_.easy_strerror(code) : why));
        }
        case CURLE_OPERATION_TIMEDOUT:
            if (!has_left)
                return make(
                    Kind::connect,
                    "no connection to " + where + " within " +
                        seconds_text(std::min(request_.connect_timeout, request_.total_timeout)));
            return make(Kind::timeout, host + " did not answer in time");
        case CURLE_ABORTED_BY_CALLBACK:
            return make(Kind::broken, host + " closed a kept connection without an answer");
        case CURLE_GOT_NOTHING:
            if (!has_left)
                return make(Kind::connect, "no connection to " + where + ": it was closed at once");
            return make(Kind::broken, host + " closed the connection without an answer");
        default:
            // As when a proxy refuses: libcurl's own words say what it answered.
            if (!has_left)
                return make(
                    Kind::connect,
                    "no connection to " + where + ": " +
                        (words_.front() == '\0' ? library_.easy_strerror(code) : words_.data()));
            return make(
                Kind::broken,
                "the answer of " + host + " broke off: " + library_.easy_strerror(code));
    }
}

}  // namespace caas::net

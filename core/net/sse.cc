#include "core/net/sse.h"

#include "core/base/error.h"

namespace caas::net {

SseParser::SseParser(std::function<bool(const Event&)> on_event, std::size_t most_event_bytes)
    : on_event_(std::move(on_event)), most_(most_event_bytes) {}

bool SseParser::feed(std::string_view bytes) {
    for (const char c : bytes) {
        if (is_stopped_)
            break;
        const bool is_second_half = was_return_ && c == '\n';
        was_return_ = c == '\r';
        if (is_second_half)
            continue;
        if (c == '\r' || c == '\n') {
            take_line();
        } else {
            line_ += c;
            if (line_.size() + event_.data.size() > most_)
                throw Error(
                    Code::too_large,
                    "an event of the stream is larger than " + std::to_string(most_) + " bytes");
        }
    }
    return !is_stopped_;
}

bool SseParser::finish() {
    if (!is_stopped_ && !line_.empty())
        take_line();
    if (!is_stopped_)
        dispatch();
    return !is_stopped_;
}

void SseParser::take_line() {
    std::string_view line = line_;
    if (is_first_line_ && line.starts_with("\xEF\xBB\xBF"))
        line.remove_prefix(3);
    is_first_line_ = false;
    if (line.empty()) {
        dispatch();
    } else if (line.front() != ':') {
        const auto colon = line.find(':');
        const auto field = line.substr(0, colon);
        auto value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
        if (value.starts_with(' '))
            value.remove_prefix(1);
        if (field == "data") {
            if (has_data_)
                event_.data += '\n';
            event_.data += value;
            has_data_ = true;
        } else if (field == "event") {
            event_.name = std::string(value);
        } else if (field == "id" && value.find('\0') == std::string_view::npos) {
            event_.id = std::string(value);
        }
    }
    line_.clear();
}

void SseParser::dispatch() {
    if (has_data_) {
        if (event_.name.empty())
            event_.name = "message";
        is_stopped_ = !on_event_(event_);
    }
    event_.name.clear();
    event_.data.clear();
    has_data_ = false;
}

}  // namespace caas::net

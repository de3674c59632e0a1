#include "cli/local_transport.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "cli/event_sink.h"
#include "core/base/error.h"
#include "core/base/file.h"

namespace caas::cli {
namespace {

constexpr std::size_t most_file_bytes = 64U << 20U;

class SourceBody final : public api::BodySource {
  public:
    explicit SourceBody(net::BodySource source) : source_(std::move(source)) {}

    std::optional<std::uint64_t> length() const override {
        return static_cast<std::uint64_t>(source_.size);
    }

    std::size_t read(std::span<char> into) override {
        const auto piece = source_.read(at_, into.size());
        at_ += static_cast<std::int64_t>(piece.size());
        std::copy(piece.begin(), piece.end(), into.begin());
        return piece.size();
    }

  private:
    net::BodySource source_;
    std::int64_t at_ = 0;
};

std::string bytes_of(const api::FileRange& range) {
    const auto all = read_file(range.file, most_file_bytes);
    if (range.from >= all.size())
        return {};
    return all.substr(range.from, range.length);
}

std::string collect(const api::EventStream& stream, const Ask& ask) {
    if (!ask.on_event) {
        std::string all;
        stream([&](std::string_view bytes) {
            all += bytes;
            return !ask.stop.stop_requested();
        });
        return all;
    }
    auto sink = event_sink(ask.on_event);
    stream([&](std::string_view bytes) { return sink.feed(bytes) && !ask.stop.stop_requested(); });
    sink.finish();
    return {};
}

bool is_unwritten_outcome(const Answer& answer) {
    const auto body = answer.status < 400 ? std::nullopt : json::try_parse(answer.body);
    return body && json::text_or(*body, "code", "") == facts(Code::unconfirmed).name;
}

}  // namespace

Answer LocalTransport::send(const Ask& ask) {
    if (ask.stop.stop_requested())
        throw Error(Code::canceled, "Interrupted");
    if (!handle_)
        handle_ = open_();
    api::Request request;
    request.method = ask.method;
    const auto target = target_of(ask.path);
    const auto mark = target.find('?');
    request.target = target.substr(0, mark);
    request.query = net::form_encode(ask.query);
    if (mark != std::string::npos) {
        const auto given = target.substr(mark + 1);
        request.query = request.query.empty() ? given : given + "&" + request.query;
    }
    request.headers = ask.headers;
    if (!ask.body.empty()) {
        request.headers.emplace_back("Content-Type", "application/json");
        request.body = std::make_unique<api::TextBody>(ask.body);
    } else if (ask.source) {
        request.headers.emplace_back("Content-Type", ask.type);
        request.body = std::make_unique<SourceBody>(*ask.source);
    }
    request.stop = ask.stop;

    auto response = handle_(request);

    Answer answer{response.status, std::move(response.headers), {}};
    if (auto* text = std::get_if<std::string>(&response.body); text != nullptr)
        answer.body = std::move(*text);
    else if (const auto* range = std::get_if<api::FileRange>(&response.body); range != nullptr)
        answer.body = bytes_of(*range);
    else if (const auto* stream = std::get_if<api::EventStream>(&response.body); stream != nullptr)
        answer.body = collect(*stream, ask);
    // What was made meanwhile is still told of, and what is known of a post that could not be
    // written down: nobody else would.
    const bool is_done = ask.method != "GET" && !ask.on_event && answer.status < 300;
    if (ask.stop.stop_requested() && !is_done && !is_unwritten_outcome(answer))
        throw Error(Code::canceled, "Interrupted");
    return answer;
}

}  // namespace caas::cli

#include "core/sandbox/provider_sandbox.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/sandbox/provider_dialect.h"

namespace caas::sandbox {
namespace {

std::string path_of(std::string_view url) {
    const auto scheme = url.find("://");
    const auto host = scheme == std::string_view::npos ? 0 : scheme + 3;
    const auto begin = url.find('/', host);
    if (begin == std::string_view::npos)
        return "/";
    return std::string(url.substr(begin, url.find('?', begin) - begin));
}

const ProviderDialect* dialect_for(const net::Request& request) {
    const auto path = path_of(request.url);
    const net::Response reader{0, request.headers, {}};
    if (path.ends_with("/responses"))
        return &responses_dialect();
    if (path.ends_with("/chat/completions"))
        return &chat_dialect();
    if (path.ends_with("/messages"))
        return &anthropic_dialect();
    if (path.ends_with(":generateContent") || path.ends_with(":streamGenerateContent"))
        return &gemini_dialect();
    if (!path.ends_with("/models"))
        return nullptr;
    if (reader.header("anthropic-version"))
        return &anthropic_dialect();
    return reader.header("x-goog-api-key") ? &gemini_dialect() : &chat_dialect();
}

std::string key_of(const net::Request& request) {
    const net::Response reader{0, request.headers, {}};
    for (const auto* name : {"x-goog-api-key", "x-api-key", "authorization"}) {
        if (const auto value = reader.header(name))
            return value->starts_with("Bearer ") ? value->substr(7) : *value;
    }
    return {};
}

bool is_refusal(Fault fault) {
    switch (fault) {
        case Fault::bad_key:
        case Fault::forbidden:
        case Fault::quota:
        case Fault::rate_limit:
        case Fault::rate_limit_long:
        case Fault::overloaded:
        case Fault::server_error:
        case Fault::no_model:
        case Fault::bad_request:
        case Fault::too_long:
            return true;
        default:
            return false;
    }
}

Reading reading_for(const Question& question, Fault fault) {
    Reading reading;
    reading.text = write_by_schema(question, fault == Fault::over_limit);
    switch (fault) {
        case Fault::blocked:
            reading.ending = Reading::Ending::filtered;
            reading.text.clear();
            break;
        case Fault::refusal:
            reading.ending = Reading::Ending::refused;
            reading.refusal = "I cannot help with that.";
            break;
        case Fault::cut_off:
            reading.ending = Reading::Ending::length;
            reading.text.resize(reading.text.size() / 2);
            break;
        case Fault::empty:
            reading.text.clear();
            break;
        case Fault::malformed:
            reading.text = "Sure! Here is your post: " + question.user.substr(0, 40);
            break;
        case Fault::fenced:
            reading.text = "Here it is:\n```json\n" + reading.text + "\n```\n";
            break;
        case Fault::wrong_shape:
            reading.text = R"({"posts":["a post"]})";
            break;
        case Fault::no_usage:
            reading.has_usage = false;
            break;
        default:
            break;
    }
    reading.input = tokens_of(question.system + question.user);
    reading.output = tokens_of(reading.text);
    return reading;
}

// Leaves the first half of the pieces, or of the only one.
void halve(ProviderReply& reply) {
    if (reply.chunks.size() > 1)
        reply.chunks.resize(reply.chunks.size() / 2);
    else if (!reply.chunks.empty())
        reply.chunks[0].bytes.resize(reply.chunks[0].bytes.size() / 2);
}

ProviderReply spoil(
    ProviderReply reply, Fault fault, const ProviderDialect& dialect, bool is_stream) {
    switch (fault) {
        case Fault::stream_error:
            if (!is_stream)
                return dialect.refuse(Fault::server_error, "");
            halve(reply);
            reply.chunks.push_back({dialect.stream_error(), {}});
            break;
        case Fault::stream_cut:
            halve(reply);
            break;
        case Fault::broken:
            halve(reply);
            reply.ending = ProviderReply::Ending::broken;
            break;
        case Fault::slow:
            for (auto& chunk : reply.chunks)
                chunk.delay = Milliseconds(500);
            break;
        default:
            break;
    }
    return reply;
}

ProviderReply not_found() {
    return ProviderReply::json(404, {{"error", {{"message", "no such path"}, {"code", 404}}}});
}

}  // namespace

bool is_provider_path(std::string_view url) {
    net::Request request;
    request.url = std::string(url);
    return dialect_for(request) != nullptr;
}

void ProviderSandbox::queue(Fault fault) {
    const std::scoped_lock lock(mutex_);
    queue_.push_back(fault);
}

std::vector<net::Request> ProviderSandbox::asked() const {
    const std::scoped_lock lock(mutex_);
    return asked_;
}

Fault ProviderSandbox::fault_for(const net::Request& request) {
    const std::scoped_lock lock(mutex_);
    asked_.push_back(request);
    asked_.back().on_data = nullptr;  // belongs to a call that ends before this does
    if (!queue_.empty()) {
        const auto fault = queue_.front();
        queue_.pop_front();
        return fault;
    }
    const auto marker = find_marker(request.body);
    if (!marker)
        return Fault::none;
    if (marker->times > 0 && ++used_[marker->text] > marker->times)
        return Fault::none;
    return marker->fault;
}

ProviderReply ProviderSandbox::handle(const net::Request& request) {
    const auto fault = fault_for(request);
    const auto* dialect = dialect_for(request);
    if (dialect == nullptr)
        return not_found();
    const auto key = key_of(request);
    const bool needs_key = dialect != &chat_dialect();
    if ((needs_key && key.empty()) || key.find("bad") != std::string::npos)
        return dialect->refuse(Fault::bad_key, key);
    if (fault == Fault::hang) {
        ProviderReply reply;
        reply.ending = ProviderReply::Ending::hang;
        return reply;
    }
    if (fault == Fault::html)
        return ProviderReply::text(
            502, "text/html", "<html>\n<body><h1>502 Bad Gateway</h1></body>\n</html>\n");
    if (fault == Fault::not_json)
        return ProviderReply::text(200, "text/html", "<html>Welcome to the hotel network</html>");
    if (request.method == "GET")
        return is_refusal(fault) ? dialect->refuse(fault, "")
                                 : ProviderReply::json(200, dialect->models());

    const auto body = json::try_parse(request.body);
    if (!body)
        return dialect->refuse(Fault::bad_request, "the body is not JSON");
    const auto question = dialect->read(request, *body);
    if (!question.complaint.empty())
        return dialect->refuse(Fault::bad_request, question.complaint);
    if (is_refusal(fault))
        return dialect->refuse(fault, question.model);
    return spoil(
        dialect->answer(question, reading_for(question, fault)),
        fault,
        *dialect,
        question.is_stream);
}

}  // namespace caas::sandbox

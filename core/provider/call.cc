#include "core/provider/call.h"

#include <algorithm>
#include <exception>

#include <nlohmann/json.hpp>

#include "core/net/sse.h"

namespace caas::provider {
namespace {

constexpr std::size_t most_bytes = 8U << 20U;  // of an answer

// HTTP statuses for failures that come inside a 2xx answer, by the provider's own word.
int status_of(const ErrorBody& body) {
    struct Row {
        std::string_view word;
        int status;
    };

    static constexpr Row rows[] = {
        {"invalid_request_error", 400},
        {"INVALID_ARGUMENT", 400},
        {"authentication_error", 401},
        {"UNAUTHENTICATED", 401},
        {"billing_error", 402},
        {"permission_error", 403},
        {"PERMISSION_DENIED", 403},
        {"not_found_error", 404},
        {"NOT_FOUND", 404},
        {"request_too_large", 413},
        {"rate_limit_error", 429},
        {"rate_limit_exceeded", 429},
        {"RESOURCE_EXHAUSTED", 429},
        {"insufficient_quota", 429},
        {"invalid_prompt", 400},
        {"timeout_error", 504},
        {"DEADLINE_EXCEEDED", 504},
        {"overloaded_error", 529},
    };
    if (body.status != 0)
        return body.status;
    for (const auto& row : rows) {
        if (body.type == row.word || body.code == row.word)
            return row.status;
    }
    return 500;
}

// Some proxies put an empty `error`, or false, beside a good answer.
bool has_error(const Json& body) {
    const auto* error = json::find(body, "error");
    if (error == nullptr || (error->is_boolean() && !error->get<bool>()))
        return false;
    return error->is_string() ? !error->get_ref<const std::string&>().empty() : !error->empty();
}

// A failure inside an answer, which may say what it cost all the same.
void take_error(const Json& body, void (*read)(const Json&, Draft&), Draft& draft) {
    const std::function<void(std::string_view)> nobody;
    Draft beside(nobody);
    read(body, beside);
    if (beside.answer.usage.is_known)
        draft.answer.usage = beside.answer.usage;
    draft.error = read_error_body(body);
}

net::Request request_for(const Exchange& what, const Ask& ask, const Endpoint& endpoint) {
    net::Request request;
    request.method = "POST";
    request.url = what.url;
    request.headers = what.headers;
    request.headers.emplace_back("Content-Type", "application/json");
    request.headers.emplace_back("Accept", ask.on_text ? "text/event-stream" : "application/json");
    request.body = what.body;
    // A generation costs money: libcurl may not send it a second time by itself.
    request.is_create = true;
    request.total_timeout = endpoint.timeout;
    // A model that thinks sends nothing for a long time; the total time-out is the bound.
    request.stall_timeout = std::chrono::seconds(0);
    request.most_response_bytes = most_bytes;
    request.stop = ask.stop;
    return request;
}

std::string request_id_of(const net::Response& response) {
    for (const auto* name : {"x-request-id", "request-id"}) {
        if (const auto id = response.header(name))
            return one_line(*id, 200);
    }
    return {};
}

// Turns the bytes of a stream into events for the driver. Exceptions of what it calls are kept,
// because they may not pass through libcurl.
class Stream {
  public:
    Stream(const Exchange& what, Draft& draft)
        : what_(what),
          draft_(draft),
          parser_([this](const net::Event& event) { return take(event); }, most_bytes) {}

    // False ends the transfer.
    bool feed(std::string_view bytes) {
        try {
            raw_ += bytes;
            return parser_.feed(bytes);
        } catch (...) {
            thrown_ = std::current_exception();
            return false;
        }
    }

    // After the last byte: an event without a blank line behind it, or what was no stream at all.
    void finish() {
        parser_.finish();
        if (!draft_.is_finished && !draft_.error)
            read_bare_json();
    }

    // Throws what the caller's on_text threw.
    void rethrow() const {
        if (thrown_)
            std::rethrow_exception(thrown_);
    }

  private:
    // False at the first failure that the provider reports.
    bool take(const net::Event& event) {
        if (event.data == "[DONE]") {
            draft_.is_finished = true;
            return true;
        }
        const auto parsed = json::try_parse(event.data);
        if (!parsed || !parsed->is_object())
            return true;
        if (has_error(*parsed) || event.name == "error")
            take_error(*parsed, what_.read_event, draft_);
        else
            what_.read_event(*parsed, draft_);
        return !draft_.error;
    }

    // Google may put a bare error object between the events, and some compatible servers answer
    // with one JSON document although a stream was asked for.
    void read_bare_json() {
        for (std::size_t at = 0; at < raw_.size(); ++at) {
            const bool is_start = at == 0 || raw_[at - 1] == '\n';
            if (!is_start || raw_[at] != '{')
                continue;
            const auto parsed = json::try_parse(std::string_view(raw_).substr(at));
            if (!parsed)
                continue;
            if (has_error(*parsed))
                take_error(*parsed, what_.read, draft_);
            else if (draft_.answer.text.empty())
                what_.read(*parsed, draft_);
            return;
        }
    }

    const Exchange& what_;
    Draft& draft_;
    net::SseParser parser_;
    std::string raw_;
    std::exception_ptr thrown_;
};

void read_whole(
    const Dialect& dialect,
    const Exchange& what,
    const Endpoint& endpoint,
    const std::string& body,
    Draft& draft) {
    const auto parsed = json::try_parse(body);
    if (!parsed || !parsed->is_object())
        throw malformed(
            dialect.driver,
            endpoint,
            body.empty() ? "it is empty"
                         : "it is no JSON (" + one_line(without_key(endpoint, body), 80) + ")");
    if (has_error(*parsed) && json::text_or(*parsed, "status", "").empty())
        take_error(*parsed, what.read, draft);
    else
        what.read(*parsed, draft);
}

}  // namespace

Answer exchange(
    const Dialect& dialect,
    const Exchange& what,
    const Ask& ask,
    const Endpoint& endpoint,
    const Tools& tools) {
    require_key(dialect, endpoint);
    if (ask.stop.stop_requested())
        throw unreachable(dialect, endpoint, {net::Failure::Kind::canceled, false, ""});

    Draft draft(ask.on_text);
    Stream stream(what, draft);
    auto request = request_for(what, ask, endpoint);
    if (ask.on_text)
        request.on_data = [&stream](std::string_view bytes) { return stream.feed(bytes); };
    const auto result = tools.http.send(request);
    stream.rethrow();
    stream.finish();

    const auto now = tools.clock.now();
    const auto* response = std::get_if<net::Response>(&result);
    if (response == nullptr && !draft.error && !draft.is_finished) {
        const auto& failure = std::get<net::Failure>(result);
        const bool is_cut =
            failure.kind == net::Failure::Kind::broken && !draft.answer.text.empty();
        throw(is_cut ? cut(dialect, endpoint) : unreachable(dialect, endpoint, failure))
            .about(draft.answer);
    }
    if (response != nullptr) {
        if (response->status < 200 || response->status > 299)
            throw refused(
                dialect,
                endpoint,
                response->status,
                parse_error_body(response->body),
                response->headers,
                now);
        if (!ask.on_text)
            read_whole(dialect, what, endpoint, response->body, draft);
        if (const auto id = request_id_of(*response); !id.empty())
            draft.answer.request_id = id;
    }
    if (draft.error)
        throw refused(dialect, endpoint, status_of(*draft.error), *draft.error, {}, now)
            .about(draft.answer);
    if (!draft.is_finished && ask.on_text)
        throw cut(dialect, endpoint).about(draft.answer);
    const bool is_empty = draft.answer.finish == Finish::stop && draft.answer.text.empty();
    if (!draft.is_finished || is_empty)
        throw malformed(dialect.driver, endpoint, "it has no text").about(draft.answer);
    if (draft.answer.model.empty())
        draft.answer.model = endpoint.model;
    return std::move(draft.answer);
}

void probe(
    const Dialect& dialect,
    const std::string& url,
    const net::Headers& headers,
    const Endpoint& endpoint,
    const Tools& tools) {
    require_key(dialect, endpoint);
    net::Request request;
    request.url = url;
    request.headers = headers;
    request.headers.emplace_back("Accept", "application/json");
    const auto result = tools.http.send(request);
    if (const auto* failure = std::get_if<net::Failure>(&result))
        throw unreachable(dialect, endpoint, *failure);
    const auto& response = std::get<net::Response>(result);
    if (response.status < 200 || response.status > 299)
        throw refused(
            dialect,
            endpoint,
            response.status,
            parse_error_body(response.body),
            response.headers,
            tools.clock.now());
    if (!json::try_parse(response.body))
        throw malformed(dialect.driver, endpoint, "its list of models is no JSON");
}

std::int64_t count(const Json& usage, std::string_view key) {
    return std::max<std::int64_t>(0, json::integer_or(usage, key, 0));
}

Json schema_of(const Ask& ask) {
    auto schema = json::try_parse(ask.schema);
    if (!schema || !schema->is_object())
        throw Error(Code::internal, "The schema of the answer is no JSON object");
    return *std::move(schema);
}

}  // namespace caas::provider

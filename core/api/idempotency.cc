#include "core/api/idempotency.h"

#include <exception>
#include <memory>

#include <nlohmann/json.hpp>

#include "core/base/digest.h"
#include "core/base/error.h"

namespace caas::api {
namespace {

constexpr auto kept_for = std::chrono::hours(24);
constexpr auto longest_call = std::chrono::minutes(10);
// A bulk order of 1,000 items for a dozen accounts each is answered with less.
constexpr std::size_t most_kept_bytes = std::size_t{16} << 20U;

std::string read_all(BodySource& body, std::uint64_t most) {
    std::string text;
    std::string piece(64U << 10U, '\0');
    // One byte more than is allowed, so that the handler sees that it is too much.
    while (text.size() <= most) {
        const auto count = body.read(piece);
        if (count == 0)
            break;
        text.append(piece, 0, count);
    }
    return text;
}

// A slash at the end makes no other request.
std::string_view path_of(const Request& request) {
    std::string_view path = request.target;
    if (path.ends_with('/'))
        path.remove_suffix(1);
    return path;
}

class Once {
  public:
    Once(Call& call, const std::string& key)
        : tools_(call.tools()),
          organization_(call.principal.organization),
          person_(call.principal.person),
          key_(key) {
        std::string body;
        if (call.request.body) {
            body = read_all(*call.request.body, call.most_body_bytes);
            call.request.body = std::make_unique<TextBody>(body);
        }
        request_ = sha256_hex(
            call.request.method + '\0' + std::string(path_of(call.request)) + '\0' +
            call.request.query + '\0' + call.principal.workspace.text() + '\0' + body);
    }

    // The answer of an earlier call; nullopt when this is the first, and the key is taken.
    std::optional<Response> claim() {
        const auto now = tools_.clock.now();
        const auto rows = tools_.store.write([&](store::Transaction& transaction) {
            forget_old(transaction, now);
            const auto made = transaction.execute(
                R"(INSERT INTO idempotency (organization_id, person_id, name, request, answer,
    started_at)
VALUES ($1, $2, $3, $4, NULL, $5)
ON CONFLICT (organization_id, person_id, name) DO NOTHING)",
                {organization_, person_, key_, request_, now});
            if (made > 0)
                return store::Rows{};
            return transaction.query(
                R"(SELECT request, answer, started_at
FROM idempotency
WHERE organization_id = $1 AND person_id = $2 AND name = $3)",
                {organization_, person_, key_});
        });
        if (rows.empty())
            return std::nullopt;
        const auto& row = rows.front();
        if (row.text(0) != request_)
            throw Error(
                Code::conflict,
                "This Idempotency-Key was used for another request",
                "make a new key for each thing that is to be done");
        if (!row.is_null(1))
            return replay(row.text(1));
        if (now - row.instant(2) < longest_call)
            throw Error(
                Code::conflict,
                "The first request with this Idempotency-Key is still under way",
                "try again in a moment")
                .retry_after(1);
        throw Error(
            Code::conflict,
            "The first request with this Idempotency-Key was cut off, and nobody can tell whether "
            "it was done",
            "look whether it was, and send it again with another key only if not");
    }

    void keep(int status, const net::Headers& headers, const std::string& body) const {
        const auto answer = tools_.vault().seal(kept_text(status, headers, body), place());
        tools_.store.write([&](store::Transaction& transaction) {
            transaction.execute(
                R"(UPDATE idempotency
SET answer = $4
WHERE organization_id = $1 AND person_id = $2 AND name = $3)",
                {organization_, person_, key_, answer});
        });
    }

    void release() const {
        tools_.store.write([&](store::Transaction& transaction) {
            transaction.execute(
                R"(DELETE FROM idempotency
WHERE organization_id = $1 AND person_id = $2 AND name = $3)",
                {organization_, person_, key_});
        });
    }

  private:
    // Without the body where that is too long: a repeat must hear that it was done all the same.
    static std::string kept_text(int status, const net::Headers& headers, const std::string& body) {
        if (body.size() > most_kept_bytes)
            return json::dump({{"status", status}, {"is_too_long", true}});
        auto list = Json::array();
        for (const auto& [name, value] : headers)
            list.push_back(Json::array({name, value}));
        return json::dump({{"status", status}, {"headers", std::move(list)}, {"body", body}});
    }

    std::string place() const {
        return "idempotency/" + organization_.text() + "/" + person_.text() + "/" + key_;
    }

    Secret open(const std::string& sealed) const {
        try {
            return tools_.vault().open(sealed, place());
        } catch (const Error&) {
            throw Error(
                Code::conflict,
                "The first request with this Idempotency-Key was done, but its answer was kept "
                "under another secret.key (was a backup restored since?)",
                "look what it made, also on the platform, and send it again with another key only "
                "if that is not there");
        }
    }

    Response replay(const std::string& sealed) const {
        const auto kept = json::parse(open(sealed).reveal(), "A kept answer");
        if (kept.contains("is_too_long"))
            throw Error(
                Code::conflict,
                "The first request with this Idempotency-Key was done, but its answer was too long "
                "to keep",
                "look what it made: the lists show it (GET /posts, /content); do not send it again "
                "with another key");
        Response response;
        response.status = static_cast<int>(json::integer_or(kept, "status", 200));
        for (const auto& header : kept.at("headers"))
            response.headers.emplace_back(
                header.at(0).get<std::string>(), header.at(1).get<std::string>());
        response.headers.emplace_back("Idempotent-Replayed", "true");
        response.body = json::text_or(kept, "body", "");
        return response;
    }

    // A few with each new key, so that nobody has to sweep.
    static void forget_old(store::Transaction& transaction, Instant now) {
        constexpr std::int64_t most = 20;
        transaction.execute(
            R"(DELETE FROM idempotency
WHERE (organization_id, person_id, name) IN (
    SELECT organization_id, person_id, name
    FROM idempotency
    WHERE started_at < $1
    ORDER BY started_at
    LIMIT $2))",
            {now - kept_for, most});
    }

    const flow::Tools& tools_;
    const OrganizationId organization_;
    const PersonId person_;
    const std::string key_;
    std::string request_;
};

// The key of a stream that may never be begun: its reader may have left, or find no room.
class Reserved {
  public:
    Reserved(const flow::Tools& tools, Once once) : once_(std::move(once)), log_(tools.log) {}

    Reserved(const Reserved&) = delete;
    Reserved& operator=(const Reserved&) = delete;

    ~Reserved() {
        if (has_begun_)
            return;
        try {
            once_.release();
        } catch (const std::exception&) {
            // It stays taken, as after a process that died: nothing is done twice.
            log_.write(Level::warn, "idempotency.not_released");
        }
    }

    const Once& begin() {
        has_begun_ = true;
        return once_;
    }

  private:
    Once once_;
    Log& log_;
    bool has_begun_ = false;
};

// Few, since an answer may be long. `last`: the one before them. None where they cannot be read.
store::Rows read_keys(store::Reader& former, Instant since, const store::Values& last) {
    constexpr std::int64_t most = 5;
    try {
        return former.query(
            R"(SELECT organization_id, person_id, name, request, answer, started_at
FROM idempotency
WHERE started_at > $1 AND (organization_id, person_id, name) > ($2, $3, $4)
ORDER BY organization_id, person_id, name
LIMIT $5)",
            {since, last.at(0), last.at(1), last.at(2), most});
    } catch (const Error&) {
        return {};
    }
}

// Of two of one name, the later one counts: the other was forgotten, or had no answer yet.
// Nothing of what does not read as it should.
void take_key(store::Transaction& transaction, const store::Row& row) {
    store::Values values;
    try {
        values = {
            row.text(0), row.text(1), row.text(2), row.text(3), row.maybe_text(4), row.integer(5)};
    } catch (const Error&) {
        return;
    }
    transaction.execute(
        R"(INSERT INTO idempotency (organization_id, person_id, name, request, answer, started_at)
SELECT o.id, p.id, CAST($3 AS TEXT), CAST($4 AS TEXT), CAST($5 AS TEXT), CAST($6 AS BIGINT)
FROM organization o, person p
WHERE o.id = $1 AND p.id = $2
ON CONFLICT (organization_id, person_id, name) DO UPDATE
SET request = excluded.request, answer = excluded.answer, started_at = excluded.started_at
WHERE idempotency.started_at < excluded.started_at OR idempotency.answer IS NULL)",
        values);
}

// nullopt: a damaged row, whose place in the order is not known either.
std::optional<store::Values> place_of(const store::Row& row) {
    try {
        return store::Values{row.text(0), row.text(1), row.text(2)};
    } catch (const Error&) {
        return std::nullopt;
    }
}

// Keeps what a stream wrote when it came to its end; a stream that was cut off is as if it never
// was, since nothing is stored of it. Shared, since a stream can be copied: the last copy that goes
// without having been begun frees the key.
EventStream kept_stream(
    EventStream stream, std::shared_ptr<Reserved> reserved, int status, net::Headers headers) {
    return [stream = std::move(stream),
            reserved = std::move(reserved),
            status,
            headers = std::move(headers)](const std::function<bool(std::string_view)>& write) {
        const auto& once = reserved->begin();
        std::string whole;
        bool is_read = true;
        stream([&](std::string_view piece) {
            whole += piece;
            is_read = write(piece) && is_read;
            return is_read;
        });
        if (whole.find("event: done\n") != std::string::npos)
            once.keep(status, headers, whole);
        else
            once.release();
    };
}

}  // namespace

Response handle_once(const Route& route, Call& call, const std::string& key) {
    Once once(call, key);
    if (auto kept = once.claim())
        return *std::move(kept);
    Response response;
    try {
        response = route.handle(call);
    } catch (const Error& e) {
        if (e.code() != Code::internal && !e.is_undecided())
            once.release();
        throw;
    }
    if (auto* stream = std::get_if<EventStream>(&response.body)) {
        response.body = kept_stream(
            std::move(*stream),
            std::make_shared<Reserved>(call.tools(), std::move(once)),
            response.status,
            response.headers);
        return response;
    }
    if (const auto* body = std::get_if<std::string>(&response.body)) {
        try {
            once.keep(response.status, response.headers, *body);
        } catch (const Error& e) {
            // It was done and is said so; a repeat is told that nobody can tell.
            call.tools().log.write(
                Level::warn, "idempotency.not_kept", {{"code", std::string(facts(e.code()).name)}});
        }
    }
    return response;
}

void carry_keys(store::Transaction& transaction, store::Reader* former, Instant now) {
    if (former == nullptr)
        return;
    store::Values last{"", "", ""};
    while (true) {
        const auto rows = read_keys(*former, now - kept_for, last);
        if (rows.empty())
            return;
        for (const auto& row : rows)
            take_key(transaction, row);
        const auto end = place_of(rows.back());
        if (!end)
            return;
        last = *end;
    }
}

}  // namespace caas::api

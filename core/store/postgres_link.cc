#include "core/store/postgres_link.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <utility>

#include <poll.h>

#include "core/base/error.h"

namespace caas::store {
namespace {

// The server gives up on a statement after a minute (below); then it has still to say so.
constexpr Milliseconds patience = std::chrono::seconds(75);
// To set the session up, as long as to connect; then what was asked for may be begun.
constexpr Milliseconds set_up_patience = std::chrono::seconds(5);
constexpr Milliseconds script_patience = std::chrono::hours(6);
constexpr int least_server = 130000;  // pg_current_xact_id came with 13

// What the session promises: a daemon that hangs in a transaction blocks the others no longer than
// `idle_in_transaction_session_timeout`, which is shorter than they wait for its lock, and what is
// committed is on the disk. Tables are read by their indices where there is one: a plan that was
// made while a table was small is kept until the server next counts its rows, and a daemon that has
// just been installed read the whole table for every few posts by then.
constexpr std::string_view session = R"(SET statement_timeout = '60s';
SET lock_timeout = '15s';
SET idle_in_transaction_session_timeout = '10s';
SET standard_conforming_strings = on;
SET client_min_messages = 'error';
SET default_transaction_isolation = 'read committed';
SET jit = off;
SET enable_seqscan = off;
SELECT set_config('synchronous_commit', 'on', false)
WHERE current_setting('synchronous_commit') = 'off';
)";

// What writes is found by indices and without knowing the values, as SQLite does it: to plan it
// anew for each would take longer than to run it, and a plan that is kept must not have been made
// for the few rows there were then.
constexpr std::string_view writing = R"(SET default_transaction_read_only = off;
SET plan_cache_mode = force_generic_plan;
SET enable_hashjoin = off;
SET enable_mergejoin = off;
)";

constexpr std::string_view facts = R"(SELECT current_setting('server_encoding'),
    current_schema(),
    hashtextextended(current_database() || '.' || current_schema(), 0))";

std::string text_of(double number) {
    std::array<char, 64> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    return {digits.data(), end};
}

}  // namespace

PostgresAddress::PostgresAddress(const PostgresLibrary& library, Secret url)
    : url_(std::move(url)) {
    char* words = nullptr;
    auto* const options = library.parse_url(url_.reveal().c_str(), &words);
    // The words quote the address, password and all.
    library.free_memory(words);
    if (options == nullptr)
        throw Error(
            Code::invalid,
            "The address of the PostgreSQL database is not understood",
            "Write it as postgresql://USER:PASSWORD@HOST:5432/NAME?sslmode=verify-full; in a "
            "password, write signs such as @ and / as %40 and %2F");
    std::string name;
    std::string host;
    std::string port;
    for (const auto* option = options; option->keyword != nullptr; ++option) {
        const std::string_view keyword = option->keyword;
        if (option->val == nullptr)
            continue;
        if (keyword == "dbname")
            name = option->val;
        else if (keyword == "host")
            host = option->val;
        else if (keyword == "port")
            port = option->val;
    }
    library.free_options(options);
    name_ = name.empty() ? std::string("of this user") : name;
    if (!host.empty())
        name_ += " at " + host;
    if (!port.empty())
        name_ += ":" + port;
}

PostgresLink::PostgresLink(const PostgresLibrary& library, const PostgresAddress& address, Use use)
    : library_(library), faults_(address.name()) {
    // What stands before dbname the address may overrule, what follows it may not. Without the
    // time-outs, a server that vanished would be waited for as long as the kernel likes: hours.
    constexpr std::array<const char*, 9> keywords{
        "connect_timeout",
        "tcp_user_timeout",
        "keepalives_idle",
        "keepalives_interval",
        "keepalives_count",
        "fallback_application_name",
        "dbname",
        "client_encoding",
        nullptr};
    const std::array<const char*, 9> values{
        "5", "15000", "15", "5", "3", "caas", address.url().reveal().c_str(), "UTF8", nullptr};
    connection_ = library_.connect(keywords.data(), values.data(), 1);
    try {
        if (connection_ == nullptr)
            throw Error(Code::internal, "libpq gave no connection");
        if (library_.status(connection_) != CONNECTION_OK) {
            is_broken_ = true;
            throw faults_.unreachable(library_.error_message(connection_));
        }
        set_up(use);
    } catch (...) {
        library_.finish(connection_);
        throw;
    }
}

PostgresLink::~PostgresLink() {
    library_.finish(connection_);
}

void PostgresLink::set_up(Use use) {
    // libpq would print what the server remarks.
    library_.set_notice_processor(
        connection_, [](void*, const char*) {}, nullptr);
    library_.set_nonblocking(connection_, 1);
    if (library_.server_version(connection_) < least_server)
        throw faults_.unfit("is older than PostgreSQL 13", "Update the server.");
    auto sql = std::string(session);
    sql +=
        use == Use::read ? std::string_view("SET default_transaction_read_only = on;\n") : writing;
    const auto result = run_script(sql + std::string(facts), set_up_patience);
    const auto* row = result.get();
    if (value_of(library_, row, 0, 0).text() != "UTF8")
        throw faults_.unfit(
            "does not store UTF-8",
            "Make another: createdb --template=template0 --encoding=UTF8 --locale=C NAME");
    const auto schema = value_of(library_, row, 0, 1);
    if (schema.is_null())
        throw faults_.unfit(
            "has no schema to work in", "Check the search_path of its user, or of the address.");
    schema_ = schema.text().value();
    place_ = *value_of(library_, row, 0, 2).integer();
    if (library_.enter_pipeline(connection_) != 1)
        throw broken();
    is_piped_ = true;
}

void PostgresLink::expect(int sent) {
    if (sent != 1)
        throw broken();
    ++queued_;
}

void PostgresLink::add(const std::string& sql) {
    expect(library_.send_text(connection_, sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0));
}

void PostgresLink::add_prepare(
    const std::string& name, const std::string& sql, const std::vector<Oid>& types) {
    expect(library_.send_prepare(
        connection_, name.c_str(), sql.c_str(), static_cast<int>(types.size()), types.data()));
}

void PostgresLink::add_describe(const std::string& name) {
    expect(library_.send_describe(connection_, name.c_str()));
}

void PostgresLink::add_execute(const std::string& name, const Values& values) {
    // Numbers need a place of their own while they travel as text.
    std::vector<std::string> digits(values.size());
    std::vector<const char*> texts(values.size(), nullptr);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto& value = values[i];
        if (const auto* number = value.integer()) {
            digits[i] = std::to_string(*number);
            texts[i] = digits[i].c_str();
        } else if (const auto* real = value.real()) {
            digits[i] = text_of(*real);
            texts[i] = digits[i].c_str();
        } else if (const auto text = value.text()) {
            // PostgreSQL has no such character, and libpq would cut the text there.
            if (text->find('\0') != std::string::npos)
                throw Error(
                    Code::invalid,
                    "The text holds a NUL character, which cannot be stored",
                    "Remove it.");
            texts[i] = text->data();
        }
    }
    expect(library_.send_prepared(
        connection_,
        name.c_str(),
        static_cast<int>(values.size()),
        texts.data(),
        nullptr,
        nullptr,
        0));
}

void PostgresLink::wait(short events, Milliseconds most) {
    pollfd socket{library_.socket(connection_), events, 0};
    int ready = 0;
    do {
        ready = ::poll(&socket, 1, static_cast<int>(most.count()));
    } while (ready < 0 && errno == EINTR);
    if (ready > 0)
        return;
    is_broken_ = true;
    throw faults_.silent();
}

void PostgresLink::flush() {
    while (true) {
        const int left = library_.flush(connection_);
        if (left < 0)
            throw broken();
        if (left == 0)
            return;
        // The server may want its answers read before it takes more.
        wait(POLLIN | POLLOUT, patience);
        if (library_.consume_input(connection_) != 1)
            throw broken();
    }
}

PostgresLink::Result PostgresLink::next(Milliseconds most) {
    while (library_.is_busy(connection_) != 0) {
        wait(POLLIN, most);
        if (library_.consume_input(connection_) != 1)
            break;  // what the server said before it left is still to be read
    }
    return {library_.get_result(connection_), library_.clear};
}

Error PostgresLink::error_of(const PGresult* result) {
    const auto* state = library_.error_field(result, PG_DIAG_SQLSTATE);
    const auto* words = library_.error_field(result, PG_DIAG_MESSAGE_PRIMARY);
    // Shutdown and crash of the server, and a transaction that rested too long, end the session.
    const std::string_view number = state == nullptr ? "" : state;
    if (number.starts_with("57P") || number == "25P03" ||
        library_.status(connection_) != CONNECTION_OK)
        is_broken_ = true;
    if (number.empty())
        return broken();
    is_passing_ = store::is_passing(number);
    return faults_.of(number, words == nullptr ? "" : words);
}

Error PostgresLink::broken() {
    is_broken_ = true;
    return faults_.lost();
}

void PostgresLink::send() {
    queued_ = 0;
    is_passing_ = false;
    if (is_broken_ || library_.pipeline_sync(connection_) != 1)
        throw broken();
    flush();
}

std::vector<PostgresLink::Result> PostgresLink::run() {
    return run(patience);
}

std::vector<PostgresLink::Result> PostgresLink::run(Milliseconds most) {
    const auto count = queued_;
    send();
    receive_owed(most);
    return receive(count, most);
}

bool PostgresLink::answers_within(Milliseconds most) {
    try {
        run(most);
    } catch (const Error&) {
        is_broken_ = true;
    }
    return !is_broken_;
}

void PostgresLink::send_off() {
    const auto count = queued_;
    send();
    owed_.push_back(count);
}

// What was wrong with a flight that was sent off is nobody's matter, unless the session is gone.
void PostgresLink::receive_owed(Milliseconds most) {
    for (const auto count : std::exchange(owed_, {})) {
        try {
            receive(count, most);
        } catch (const Error&) {
            if (is_broken_)
                throw;
        }
    }
}

std::vector<PostgresLink::Result> PostgresLink::receive(std::size_t count, Milliseconds most) {
    std::vector<Result> results;
    results.reserve(count);
    std::optional<Error> failure;
    for (std::size_t i = 0; i < count; ++i) {
        auto result = next(most);
        if (result == nullptr)
            throw broken();
        const auto status = library_.result_status(result.get());
        if (status == PGRES_FATAL_ERROR && !failure)
            failure = error_of(result.get());
        if (is_broken_)
            throw Error(*failure);
        if (!failure && status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
            failure = Error(Code::internal, "Exactly one statement was expected");
        results.push_back(std::move(result));
        while (next(most) != nullptr) {
            if (library_.status(connection_) != CONNECTION_OK)
                throw broken();
        }
    }
    const auto sync = next(most);
    if (sync == nullptr || library_.result_status(sync.get()) != PGRES_PIPELINE_SYNC)
        throw broken();
    if (failure)
        throw Error(*failure);
    return results;
}

PostgresLink::Result PostgresLink::run_script(const std::string& sql) {
    return run_script(sql, script_patience);
}

PostgresLink::Result PostgresLink::run_script(const std::string& sql, Milliseconds most) {
    receive_owed(patience);
    // Several statements in one text are not for pipelines.
    if (is_piped_ && library_.exit_pipeline(connection_) != 1)
        throw broken();
    if (is_broken_ || library_.send_query(connection_, sql.c_str()) != 1)
        throw broken();
    flush();
    Result last{nullptr, library_.clear};
    std::optional<Error> failure;
    while (auto result = next(most)) {
        if (library_.result_status(result.get()) == PGRES_FATAL_ERROR && !failure)
            failure = error_of(result.get());
        if (is_broken_)
            throw Error(*failure);
        last = std::move(result);
    }
    if (is_piped_ && library_.enter_pipeline(connection_) != 1)
        throw broken();
    if (failure)
        throw Error(*failure);
    return last;
}

bool PostgresLink::wait_for_notice(int wake, Milliseconds most) {
    const auto take = [this] {
        bool was_there = false;
        while (auto* const notice = library_.notifies(connection_)) {
            was_there = was_there || notice->be_pid != library_.backend_pid(connection_);
            library_.free_memory(notice);
        }
        return was_there;
    };
    if (take())
        return true;
    std::array<pollfd, 2> sources{
        pollfd{library_.socket(connection_), POLLIN, 0}, pollfd{wake, POLLIN, 0}};
    ::poll(sources.data(), sources.size(), static_cast<int>(most.count()));
    if (sources[0].revents != 0 && library_.consume_input(connection_) != 1)
        throw broken();
    if (library_.status(connection_) != CONNECTION_OK)
        throw broken();
    return take();
}

}  // namespace caas::store

#include "tests/core/flow/engine_rig.h"

#include <algorithm>

#include "core/base/error.h"

namespace caas::flow {
namespace {

using platform::Step;

// What the driver keeps beside the journal: nothing. Its switches come with the account.
std::optional<Step> next(
    const platform::Publication& publication,
    const platform::Journal& journal,
    const platform::Access& access,
    const platform::Tools& tools) {
    const int parts = static_cast<int>(publication.parts.size());
    for (int part = 0; part < parts; ++part) {
        const bool is_done = std::ranges::any_of(journal, [&](const platform::Entry& entry) {
            return entry.part == part && entry.state == platform::StepState::done;
        });
        if (is_done)
            continue;
        if (publication.language == "throw")
            throw Error(Code::content_rejected, "The driver does not like it.");
        Step step;
        step.name = "create";
        step.part = part;
        step.prepared = std::to_string(part) + " " + std::to_string(tools.random.number());
        step.is_repeatable = access.config.find("repeatable") != std::string::npos;
        if (access.config.find("for an hour") != std::string::npos)
            step.repeatable_for = std::chrono::minutes(50);
        step.publishes = true;
        return step;
    }
    return std::nullopt;
}

platform::Outcome perform(
    const platform::Publication& publication,
    const Step& step,
    const platform::Journal& journal,
    const platform::Access& access,
    const platform::Tools& tools) {
    if (publication.language == "crash")
        throw std::runtime_error("driver bug");
    if (journal.empty() || journal.back().state != platform::StepState::started)
        throw std::logic_error("the journal does not end with the step");
    net::Request request;
    request.method = "POST";
    request.url = "test:create";
    request.body = step.prepared;
    request.headers = {{"Authorization", access.credentials.access.reveal()}};
    const auto result = tools.http.send(request);
    if (const auto* failure = std::get_if<net::Failure>(&result))
        return failure->may_have_left
                   ? platform::Outcome(platform::Unknown{"test.broken", failure->message})
                   : platform::Outcome(platform::NotSent{"test.not_sent", failure->message});
    const auto& body = std::get<net::Response>(result).body;
    if (body == "accepted")
        return platform::Unknown{"test.unknown", "no answer"};
    const auto split = body.find(' ');
    const auto word = body.substr(0, split);
    const auto rest = split == std::string::npos ? "" : body.substr(split + 1);
    if (word == "done")
        return platform::Done{rest, "https://test/" + rest, ""};
    if (word == "already")
        return platform::Already{rest, "https://test/" + rest, ""};
    if (word == "continue")
        return platform::Continue{rest};
    if (word == "later")
        return platform::Later{from_ms(std::stoll(rest)), "busy", rest.ends_with(" account")};
    if (word == "refused")
        return platform::Refused{"test.refused", "It is not allowed."};
    if (word == "held")
        return platform::AccountHeld{"test.held", "The account is restricted."};
    if (word == "sign_in")
        return platform::NeedsSignIn{"test.sign_in", "Who are you?", rest == "old"};
    if (word == "not_sent")
        return platform::NotSent{"test.not_sent", "It did not arrive."};
    return platform::Unknown{"test.unknown", "No answer."};
}

platform::Sight look(
    const platform::Publication&,
    const platform::Journal& journal,
    const platform::Access&,
    const platform::Tools& tools) {
    net::Request request;
    request.url = "test:look";
    request.body = journal.back().prepared;
    const auto result = tools.http.send(request);
    const auto& body = std::get<net::Response>(result).body;
    if (body == "absent")
        return platform::Absent{};
    if (body == "cannot_tell")
        return platform::CannotTell{"lists are not proof"};
    return platform::There{body, "https://test/" + body, ""};
}

platform::Credentials refresh(const platform::Access&, const platform::Tools& tools) {
    net::Request request;
    request.url = "test:refresh";
    const auto result = tools.http.send(request);
    return {Secret(std::get<net::Response>(result).body), Secret("r"), std::nullopt, std::nullopt};
}

std::string encode(const platform::Outcome& outcome, const std::string& id) {
    struct {
        std::string operator()(const platform::Done&) const { return "done " + made; }

        std::string operator()(const platform::Already&) const { return "already " + made; }

        std::string operator()(const platform::Continue& said) const {
            return "continue " + said.cursor;
        }

        std::string operator()(const platform::Later& said) const {
            return "later " + std::to_string(to_ms(said.at)) +
                   (said.is_for_account ? " account" : "");
        }

        std::string operator()(const platform::Refused&) const { return "refused"; }

        std::string operator()(const platform::AccountHeld&) const { return "held"; }

        std::string operator()(const platform::NeedsSignIn& said) const {
            return said.can_refresh ? "sign_in old" : "sign_in";
        }

        std::string operator()(const platform::NotSent&) const { return "not_sent"; }

        std::string operator()(const platform::Unknown&) const { return "unknown"; }

        std::string made;
    } const visitor{id};

    return std::visit(visitor, outcome);
}

constexpr platform::Limits limits{};

// A kill of the power is not tried here, so nobody waits for the disk.
class Unsynced final : public store::Connector {
  public:
    explicit Unsynced(std::unique_ptr<store::Connector> inner) : inner_(std::move(inner)) {}

    std::unique_ptr<store::Connection> open_writer() override {
        auto made = inner_->open_writer();
        made->run_script(
            made->engine() == "sqlite" ? "PRAGMA synchronous = OFF"
                                       : "SET synchronous_commit = off");
        return made;
    }

    std::unique_ptr<store::Connection> open_reader() override { return inner_->open_reader(); }

  private:
    std::unique_ptr<store::Connector> inner_;
};

}  // namespace

const platform::Driver& scripted_driver() {
    static const platform::Driver driver{
        .id = "test",
        .title = "Test",
        .limits = limits,
        .fields = {},
        .options = {},
        .connect = nullptr,
        .refresh = refresh,
        .check = nullptr,
        .next = next,
        .perform = perform,
        .look = look};
    return driver;
}

net::Result Platform::send(const net::Request& request) {
    const std::scoped_lock lock(mutex);
    if (request.url == "test:refresh") {
        ++refreshes;
        if (refresh_error)
            throw Error(*refresh_error);
        return net::Response{200, {}, "new"};
    }
    if (request.url == "test:look") {
        ++looks;
        const auto at = made_.find(request.body);
        if (can_look && at != made_.end())
            return net::Response{200, {}, at->second};
        return net::Response{200, {}, knows_absence ? "absent" : "cannot_tell"};
    }
    Reply reply;
    if (!replies.empty()) {
        reply = std::move(replies.front());
        replies.pop_front();
    }
    reply.before();
    tokens.push_back(request.headers.front().second);
    prepared.push_back(request.body);
    if (const auto at = made_.find(request.body); at != made_.end() && is_idempotent)
        return net::Response{200, {}, "already " + at->second};
    const auto id = "id" + std::to_string(accepted.size() + 1);
    if (reply.is_accepted) {
        accepted.push_back(request.body.substr(0, request.body.find(' ')));
        made_[request.body] = id;
    }
    return net::Response{200, {}, encode(reply.outcome, id)};
}

Installation::Installation(std::function<void(std::string_view)> on_statement) {
    watch.before = std::move(on_statement);
    store = std::make_unique<store::Store>(
        std::make_unique<fake::WatchedConnector>(
            std::make_unique<Unsynced>(database.connector()), watch),
        clock);
    write([](store::Transaction& transaction) {
        transaction.execute(
            "INSERT INTO organization (id, name, slug, created_at) VALUES ('o', 'O', 'o', 0)", {});
        transaction.execute(
            R"(INSERT INTO workspace (id, organization_id, name, zone, created_at)
VALUES ('w', 'o', 'W', 'UTC', 0))",
            {});
        transaction.execute(
            R"(INSERT INTO content (id, workspace_id, title, latest, created_at, updated_at)
VALUES ('c', 'w', 'T', 1, 0, 0))",
            {});
        transaction.execute(
            R"(INSERT INTO version (id, workspace_id, content_id, number, body, digest, origin,
    created_at)
VALUES ('v', 'w', 'c', 1, '{}', '', 'written', 0))",
            {});
    });
    add_account("main");
    doors.driver = [](std::string_view id) { return id == "test" ? &scripted_driver() : nullptr; };
    doors.publication = [](store::Reader&, const delivery::Post& post) {
        platform::Publication publication;
        publication.post = post.id;
        publication.parts.resize(static_cast<std::size_t>(post.parts));
        publication.language = post.zone;  // a way in for faults of the driver
        return publication;
    };
    doors.open = [this](store::Reader&, const AccountId& account) {
        platform::Access access;
        access.account = account;
        access.config = is_repeatable ? "repeatable" : "";
        if (repeatable_for)
            access.config += " for an hour";
        access.credentials.access = Secret(token);
        return access;
    };
    doors.policy = [this](store::Reader&, const AccountId& account) {
        return policies[account.text()];
    };
    doors.keep =
        [this](store::Transaction&, const AccountId&, const platform::Credentials& credentials) {
            token = credentials.access.reveal();
        };
    doors.stop = [this](store::Transaction&, const AccountId& account, const AccountStop& stop) {
        stopped = stop;
        policies[account.text()].is_active = false;
    };
}

void Installation::add_account(const std::string& name) {
    policies[name] = {};
    write([&](store::Transaction& transaction) {
        transaction.execute(
            R"(INSERT INTO account (id, workspace_id, platform, name, handle, remote_id, base_url,
    config, state, catch_up_ms, on_unknown, created_at, updated_at)
VALUES ($1, 'w', 'test', $1, $1, $1, '', '{}', 'active', 86400000, 'ask', 0, 0))",
            {name});
    });
}

PostId Installation::add_post(int parts, const std::string& account, Milliseconds in) {
    delivery::NewPost post;
    post.id = ids.make<PostId>();
    post.workspace = workspace;
    post.account = AccountId(account);
    post.content = ContentId("c");
    post.version = VersionId("v");
    post.platform = "test";
    post.parts = parts;
    post.due_at = clock.now() + in;
    write([&](store::Transaction& transaction) {
        delivery::insert_post(transaction, post, clock.now());
    });
    return post.id;
}

delivery::Post Installation::post(const PostId& id) {
    return store->read(
        [&](store::Reader& reader) { return delivery::find_post(reader, id).value(); });
}

delivery::Journal Installation::journal(const PostId& id) {
    return store->read([&](store::Reader& reader) { return delivery::read_journal(reader, id); });
}

Engine::Parts Installation::parts() {
    return {*store, doors, platform, clock, random, ids, log, [this](const EngineId& id) {
                return std::make_unique<delivery::FileLiveness>(folder / "engines", id);
            }};
}

Counts Installation::run_once() {
    Engine engine(parts(), {.workers = 3, .description = "test"});
    return engine.run_once({});
}

void Installation::drain() {
    for (int i = 0; i < 100; ++i) {
        run_once();
        const auto wake =
            store->read([](store::Reader& reader) { return delivery::next_wake(reader); });
        if (!wake)
            return;
        if (*wake > clock.now())
            clock.advance(*wake - clock.now());
    }
}

}  // namespace caas::flow

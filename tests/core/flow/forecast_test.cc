#include "core/flow/forecast.h"

#include <doctest/doctest.h>

#include "core/flow/plan.h"
#include "tests/fake/home.h"

namespace caas::flow {
namespace {

// What is asked of a reader, and how many rows come back.
class CountingReader final : public store::Reader {
  public:
    explicit CountingReader(store::Reader& inner) : inner_(inner) {}

    store::Rows query(std::string_view sql, const store::Values& values) override {
        auto found = inner_.query(sql, values);
        ++statements;
        rows += found.size();
        return found;
    }

    std::size_t statements = 0;
    std::size_t rows = 0;

  private:
    store::Reader& inner_;
};

// A home with an account on X, which takes 100 parts in a quarter of an hour.
struct Desk {
    explicit Desk(const char* full_window)
        : home(std::map<std::string, std::string>{{"CAAS_PUBLISH_FULL_WINDOW", full_window}}) {
        add_account("x");
    }

    void add_account(const std::string& platform) {
        home.store.write([&](store::Transaction& transaction) {
            platform::NewAccount wanted;
            wanted.workspace = home.owner.workspace;
            wanted.platform = platform;
            wanted.name = platform;
            wanted.identity.remote_id = "1";
            wanted.identity.handle = "ana";
            wanted.identity.config = "{}";
            return platform::insert_account(
                transaction, home.ids, home.tools.vault, wanted, home.clock.now());
        });
    }

    // So many orders of one content, the first due in an hour and each `step` seconds later.
    std::vector<PostOrder> orders(
        int number, std::int64_t step, const std::vector<std::string>& accounts) {
        const auto content = home.add({"Hello."}).id.text();
        std::vector<PostOrder> out(static_cast<std::size_t>(number));
        for (std::size_t i = 0; i < out.size(); ++i) {
            out[i].content = content;
            out[i].accounts = accounts;
            out[i].when.in_seconds = 3600 + static_cast<std::int64_t>(i) * step;
        }
        return out;
    }

    std::vector<delivery::Post> make(const std::vector<PostOrder>& orders) {
        return make_posts(home.tools, home.owner, orders);
    }

    fake::Home home;
};

TEST_CASE("a bulk order reads the times of each of its accounts once") {
    Desk desk("refuse");
    desk.add_account("bluesky");
    const auto posts = desk.make(desk.orders(250, 60, {"x", "bluesky", "outbox"}));
    REQUIRE(posts.size() == 750);

    desk.home.store.read([&](store::Reader& reader) {
        CountingReader counting(reader);
        require_room(desk.home.tools, counting, posts);

        CHECK(counting.statements == 2);  // an outbox has no limits
        CHECK(counting.rows == 500);
    });
}

TEST_CASE("a bulk order is refused as a whole for the first post that would have to wait") {
    Desk desk("refuse");
    desk.make(desk.orders(60, 1, {"x"}));

    const auto error = fake::thrown_by([&] { desk.make(desk.orders(60, 1, {"x"})); });

    CHECK(error.code() == Code::conflict);
    CHECK(std::string_view(error.what()).find("100 in 15 min") != std::string_view::npos);
    CHECK(desk.home.count("post") == 60);
}

TEST_CASE("a window that is full holds up what is due in it and nothing before or after") {
    Desk desk("warn");
    desk.make(desk.orders(101, 1, {"x"}));  // over 100 seconds
    const auto warnings_at = [&](std::int64_t in_seconds) {
        auto order = desk.orders(1, 0, {"x"});
        order[0].when.in_seconds = in_seconds;
        const auto post = desk.make(order).at(0);
        const auto found = desk.home.store.read(
            [&](store::Reader& reader) { return forecast(reader, post).full_windows.size(); });
        desk.home.store.write([&](store::Transaction& transaction) {
            return delivery::cancel(
                transaction, desk.home.owner.workspace, post.id, desk.home.clock.now());
        });
        return found;
    };

    CHECK(warnings_at(3600 - 900) == 0);
    CHECK(warnings_at(3600 - 1) == 1);
    CHECK(warnings_at(3650) == 1);
    CHECK(warnings_at(3700 + 1) == 1);
    CHECK(warnings_at(3600 + 900) == 1);  // the 100 after the first, and itself
    CHECK(warnings_at(3601 + 900) == 0);
}

TEST_CASE("threads fill a window with each of their parts") {
    Desk desk("refuse");
    const auto thread = desk.home.add(std::vector<std::string>(40, "One of many.")).id.text();
    auto orders = desk.orders(3, 0, {"x"});
    for (auto& order : orders)
        order.content = thread;

    const auto error = fake::thrown_by([&] { desk.make(orders); });

    CHECK(error.code() == Code::conflict);
    orders.pop_back();
    CHECK(desk.make(orders).size() == 2);
    CHECK(desk.make(desk.orders(20, 0, {"x"})).size() == 20);
    CHECK(fake::code_of([&] { desk.make(desk.orders(1, 0, {"x"})); }) == "conflict");
}

TEST_CASE("of a thread that is half out, only the rest fills a window") {
    Desk desk("refuse");
    const auto thread = desk.home.add(std::vector<std::string>(40, "One of many.")).id.text();
    auto orders = desk.orders(1, 0, {"x"});
    orders[0].content = thread;
    const auto half = desk.make(orders).at(0);
    desk.home.store.write([&](store::Transaction& transaction) {
        return transaction.execute("UPDATE post SET parts_published = 30 WHERE id = $1", {half.id});
    });

    CHECK(desk.make(desk.orders(90, 0, {"x"})).size() == 90);
    CHECK(fake::code_of([&] { desk.make(desk.orders(1, 0, {"x"})); }) == "conflict");
}

TEST_CASE("a post is moved only where there is room for it") {
    Desk desk("refuse");
    auto orders = desk.orders(101, 0, {"x"});
    orders.back().when.in_seconds = 90'000;
    const auto last = desk.make(orders).back();
    const auto move = [&](std::int64_t in_seconds) {
        When when;
        when.in_seconds = in_seconds;
        return fake::code_of([&] {
            desk.home.store.write([&](store::Transaction& transaction) {
                return move_post(
                    desk.home.tools, transaction, desk.home.owner, last.id, when, true);
            });
        });
    };

    CHECK(move(3600) == "conflict");
    CHECK(move(7200) == "fine");
}

}  // namespace
}  // namespace caas::flow

// Fills the home in CAAS_HOME for measuring: caas_fill contents N, or caas_fill posts N (scheduled
// for the outbox from an hour ahead on, one a second).
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "core/app/app.h"
#include "core/base/random.h"
#include "core/content/content.h"
#include "core/delivery/post.h"
#include "core/platform/account.h"

namespace caas {
namespace {

constexpr int batch = 1000;  // rows a transaction

struct Filler {
    app::App& app;
    SystemRandom random{};
    IdMaker ids{app.clock(), random};
    WorkspaceId workspace{};

    void bootstrap() {
        api::Request request;
        request.target = "/api/v1/auth/me";
        app.handle_local(request);
        workspace = app.store().read([](store::Reader& reader) {
            return WorkspaceId(reader.query("SELECT id FROM workspace", {}).front().text(0));
        });
    }

    content::Content add_content(store::Transaction& transaction, int number) {
        content::Draft draft;
        draft.body.parts = {
            {"Post number " + std::to_string(number) +
                 ": our app now works offline, on every train and in every tunnel. #offline",
             {}}};
        return content::create(transaction, workspace, ids, app.clock().now(), draft);
    }

    void contents(int count) {
        for (int done = 0; done < count; done += batch)
            app.store().write([&](store::Transaction& transaction) {
                for (int i = done; i < std::min(count, done + batch); ++i)
                    add_content(transaction, i);
            });
    }

    void posts(int count) {
        const auto account = app.store().read([&](store::Reader& reader) {
            return platform::get_account(reader, workspace, "outbox");
        });
        const auto content = app.store().write(
            [&](store::Transaction& transaction) { return add_content(transaction, 0); });
        const auto start = app.clock().now() + std::chrono::hours(1);
        for (int done = 0; done < count; done += batch)
            app.store().write([&](store::Transaction& transaction) {
                for (int i = done; i < std::min(count, done + batch); ++i) {
                    delivery::NewPost post;
                    post.id = ids.make<PostId>();
                    post.workspace = workspace;
                    post.account = account.id;
                    post.content = content.id;
                    post.version = content.version.id;
                    post.platform = account.platform;
                    post.due_at = start + std::chrono::seconds(i);
                    delivery::insert_post(transaction, post, app.clock().now());
                }
            });
    }
};

int run(std::string_view what, int count) {
    app::Start start;
    start.environment = config::system_environment();
    start.user = "bench";
    app::App app(start);
    Filler filler{app};
    filler.bootstrap();
    if (what == "contents")
        filler.contents(count);
    else if (what == "posts")
        filler.posts(count);
    else
        return 2;
    return 0;
}

}  // namespace
}  // namespace caas

int main(int count, char** words) {
    if (count != 3) {
        std::fprintf(stderr, "usage: caas_fill contents|posts N\n");
        return 2;
    }
    try {
        return caas::run(words[1], static_cast<int>(std::strtol(words[2], nullptr, 10)));
    } catch (const std::exception& e) {
        std::fprintf(stderr, "caas_fill: %s\n", e.what());
        return 1;
    }
}

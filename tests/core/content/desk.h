// Writes contents into one of two workspaces.
#pragma once

#include <string>
#include <utility>

#include "core/base/error.h"
#include "core/base/id.h"
#include "core/content/content.h"
#include "core/store/store.h"
#include "tests/fake/two_workspaces.h"

namespace caas::fake {

struct Desk : TwoWorkspaces {
    static content::Draft draft(const std::string& text) {
        content::Draft made;
        made.body.parts = {{text, {}}};
        return made;
    }

    content::Content add(const std::string& text) { return add(draft(text)); }

    content::Content add(const content::Draft& made) {
        return store.write([&](store::Transaction& t) {
            return content::create(t, mine, ids, clock.now(), made);
        });
    }

    content::Version edit(const content::Content& content, const std::string& text) {
        clock.advance(Milliseconds(1000));
        return store.write([&](store::Transaction& t) {
            return content::add_version(t, mine, ids, clock.now(), content.id, draft(text));
        });
    }

    void remove(const content::Content& content) {
        store.write(
            [&](store::Transaction& t) { content::remove(t, mine, clock.now(), content.id); });
    }

    template <typename Function>
    auto read(Function&& function) {
        return store.read(std::forward<Function>(function));
    }
};

// The stable name of the code of what `function` throws, or "fine".
template <typename Function>
std::string code_of(Function function) {
    try {
        function();
    } catch (const Error& e) {
        return std::string(facts(e.code()).name);
    }
    return "fine";
}

}  // namespace caas::fake

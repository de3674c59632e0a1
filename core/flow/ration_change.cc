#include "core/flow/ration_change.h"

#include <string>
#include <string_view>

#include "core/delivery/post.h"

namespace caas::flow {
namespace {

constexpr std::string_view fact = "publish_ration";

std::string known_ration(store::Reader& reader) {
    const auto rows = reader.query("SELECT value FROM fact WHERE name = $1", {fact});
    return rows.empty() ? std::string() : rows[0].text(0);
}

std::string text_of(const Ration& ration) {
    return std::to_string(ration.of_account) + "/" + std::to_string(ration.of_organization);
}

}  // namespace

int heed_ration_change(const Tools& tools, const Ration& ration) {
    const auto text = text_of(ration);
    if (text == tools.store.read(known_ration))
        return 0;
    return tools.store.write([&](store::Transaction& transaction) {
        transaction.execute(
            R"(INSERT INTO fact (name, value)
VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET value = excluded.value)",
            {fact, text});
        return delivery::wake_waiting(transaction, tools.clock.now());
    });
}

}  // namespace caas::flow

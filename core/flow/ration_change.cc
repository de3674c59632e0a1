#include "core/flow/ration_change.h"

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include "core/delivery/turn.h"

namespace caas::flow {
namespace {

constexpr std::string_view fact = "publish_ration";

std::string known_ration(store::Reader& reader) {
    const auto rows = reader.query("SELECT value FROM fact WHERE name = $1", {fact});
    return rows.empty() ? std::string() : rows[0].text(0);
}

// nullopt: none was known.
std::optional<Ration> ration_in(const std::string& text) {
    const auto slash = text.find('/');
    if (slash == std::string::npos)
        return std::nullopt;
    Ration ration;
    std::from_chars(text.data(), text.data() + slash, ration.of_account);
    std::from_chars(text.data() + slash + 1, text.data() + text.size(), ration.of_organization);
    return ration;
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
        const auto now = tools.clock.now();
        if (const auto before = ration_in(known_ration(transaction)))
            change_ration(transaction, *before, ration, now);
        transaction.execute(
            R"(INSERT INTO fact (name, value)
VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET value = excluded.value)",
            {fact, text});
        return delivery::wake_waiting(transaction, now);
    });
}

}  // namespace caas::flow

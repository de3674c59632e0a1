#include "core/base/secret.h"

#include <sstream>
#include <type_traits>

#include <doctest/doctest.h>

namespace caas {
namespace {

TEST_CASE("a secret shows at most its first four characters") {
    CHECK(Secret("sk-1234567890").masked() == "sk-1…");
    CHECK(Secret("short").masked() == "…");
    CHECK(Secret().masked().empty());
}

TEST_CASE("a secret that was moved from is empty") {
    Secret first("sk-1234567890");
    const Secret second = std::move(first);

    CHECK(first.empty());  // NOLINT(bugprone-use-after-move): that is what is asked
    CHECK(second.reveal() == "sk-1234567890");
}

TEST_CASE("secrets compare by their text") {
    CHECK(Secret("a") == Secret("a"));
    CHECK_FALSE(Secret("a") == Secret("b"));
    CHECK_FALSE(Secret("a") == Secret());
}

TEST_CASE("assigning a secret takes the other's text") {
    Secret secret("old");
    secret = Secret("new");
    CHECK(secret.reveal() == "new");
}

template <typename T>
concept Prints = requires(std::ostringstream out, T value) {
    out << value;
};

TEST_CASE("a secret does not print and is no string by accident") {
    static_assert(!Prints<Secret>);
    static_assert(!std::is_convertible_v<Secret, std::string>);
    static_assert(!std::is_convertible_v<std::string, Secret>);
}

}  // namespace
}  // namespace caas

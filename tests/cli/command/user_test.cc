#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/cli/stage.h"

namespace caas::cli {
namespace {

constexpr auto made =
    R"({"person":{"id":"p1","name":"ana","email":"ana@example.org"},"is_new":true,)"
    R"("is_installation_owner":true,"token":"caas1_x",)"
    R"("url":"http://127.0.0.1:8000/app/reset-password#token=caas1_x",)"
    R"("expires_at":"2026-11-23T09:00:00.000Z"})";

TEST_CASE("user create prints the link and nothing else") {
    Stage stage;
    stage.answer(201, made);

    CHECK(stage.run({"user", "create", "--email", "ana@example.org", "--owner", "--mail"}) == 0);

    CHECK(stage.asked().path == "admin/users");
    CHECK(
        stage.asked_json() ==
        Json::parse(
            R"({"email":"ana@example.org","is_installation_owner":true,"send_mail":true})"));
    CHECK(stage.terminal.out == "http://127.0.0.1:8000/app/reset-password#token=caas1_x\n");
}

TEST_CASE("user create needs an address") {
    Stage stage;

    CHECK(stage.run({"user", "create"}) == 2);

    CHECK(stage.script.asked.empty());
}

TEST_CASE("a password and a token are read from standard input and never from arguments") {
    Stage stage;
    stage.terminal.input = "caas1_x\ncorrect horse battery\n";
    stage.answer(204, "");

    CHECK(stage.run({"user", "password", "--reset"}) == 0);

    CHECK(stage.asked().path == "auth/reset-password");
    CHECK(
        stage.asked_json() ==
        Json::parse(R"({"token":"caas1_x","password":"correct horse battery"})"));
    CHECK(stage.terminal.out.empty());
    CHECK(stage.terminal.err.find("correct") == std::string::npos);
    CHECK(stage.run({"user", "password", "hunter2"}) == 2);
}

TEST_CASE("user password without one asks nobody and says what is missing") {
    Stage stage;

    CHECK(stage.run({"user", "password"}) == 2);

    CHECK(stage.script.asked.empty());
}

TEST_CASE("user sessions and user end act on one's own devices") {
    Stage stage;
    stage.answer(
        200,
        R"({"items":[{"id":"0123456789abcdef","client":"Firefox","address":"192.0.2.1",)"
        R"("is_current":false,"created_at":"2026-11-22T09:00:00.000Z",)"
        R"("refreshed_at":"2026-11-22T09:00:00.000Z","expires_at":"2026-12-22T09:00:00.000Z"}],)"
        R"("next_cursor":null})");
    stage.answer(204, "");

    CHECK(stage.run({"user", "sessions"}) == 0);
    CHECK(stage.terminal.out.find("Firefox") != std::string::npos);
    CHECK(stage.run({"user", "end", "89abcdef"}) == 0);

    CHECK(stage.asked(1).method == "DELETE");
    CHECK(stage.asked(1).path == "auth/sessions/89abcdef");
}

}  // namespace
}  // namespace caas::cli

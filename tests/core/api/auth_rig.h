// People at the doors of a home: they register, sign in and read their mail.
#pragma once

#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/access/jwt.h"
#include "core/access/session.h"
#include "core/net/url.h"
#include "core/notice/mail_queue.h"
#include "tests/core/api/server.h"

namespace caas::api {

inline constexpr auto secret_words = "correct horse battery";
inline constexpr auto other_words = "staple outside twelve";

// Keeps what it is given.
struct Letters final : notice::Mailer {
    notice::Delivery send(const notice::Mail& mail) override {
        taken.push_back(mail);
        return notice::Sent{"here"};
    }

    std::vector<notice::Mail> taken;
};

struct Auth : Server {
    explicit Auth(Variables variables = {{"CAAS_AUTH_REGISTRATION", "open"}})
        : Server(std::move(variables)) {}

    // From somewhere in the world, as nobody unless a token says otherwise.
    Answer post(
        const std::string& path,
        const Json& body,
        const std::string& token = "",
        const std::string& cookie = "") {
        return from("192.0.2.1", "POST", path, body, token, cookie);
    }

    Answer from(
        const std::string& place,
        const std::string& method,
        const std::string& path,
        const Json& body = nullptr,
        const std::string& token = "",
        const std::string& cookie = "") {
        net::Headers headers{
            {"Content-Type", "application/json"},
            {"User-Agent", "Test"},
            {"Host", "caas.example.org"}};
        if (!cookie.empty()) {
            headers.emplace_back("Cookie", cookie);
            headers.emplace_back("X-Caas-Request", "1");
        }
        auto source = body.is_null() ? nullptr : std::make_unique<TextBody>(body.dump());
        this->address = place;
        return send(method, "/api/v1/auth/" + path, std::move(source), principal(token), headers);
    }

    std::optional<access::Principal> principal(const std::string& token) {
        const auto now = home.clock.now();
        const auto claims = access::verify(keys, token, now);
        if (!claims)
            return std::nullopt;
        return home.store.read([&](store::Reader& reader) {
            return access::principal_of(reader, *claims, now, std::nullopt);
        });
    }

    Answer join(const std::string& email = "ana@example.org") {
        return post(
            "register",
            {{"email", email}, {"password", secret_words}, {"with_refresh_token", true}});
    }

    Answer login(const std::string& password, const Json& more = Json::object()) {
        Json body{
            {"email", "ana@example.org"}, {"password", password}, {"with_refresh_token", true}};
        body.update(more);
        return post("login", body);
    }

    static std::string access_token(const Answer& answer) {
        return json::text_or(answer.json, "access_token", "");
    }

    static std::string refresh_token(const Answer& answer) {
        return json::text_or(answer.json, "refresh_token", "");
    }

    // What was mailed since it was asked for last.
    std::vector<notice::Mail> mails() {
        Letters letters;
        notice::deliver_mail(
            {home.store, letters, home.tools.vault, home.clock, home.random, home.log});
        return std::move(letters.taken);
    }

    // The token in the last of them that has one.
    std::string mailed() {
        const auto all = mails();
        for (auto at = all.rbegin(); at != all.rend(); ++at) {
            const auto mark = at->text.find("#token=");
            if (mark != std::string::npos)
                return at->text.substr(mark + 7, at->text.find('\n', mark) - mark - 7);
        }
        return "";
    }

    // A form of one of our pages, from somewhere in the world.
    Answer submit(const std::string& path, const net::Pairs& fields) {
        address = "192.0.2.1";
        return send(
            "POST",
            path,
            std::make_unique<TextBody>(net::form_encode(fields)),
            std::nullopt,
            {{"Content-Type", "application/x-www-form-urlencoded"}, {"Host", "caas.example.org"}});
    }
};

}  // namespace caas::api

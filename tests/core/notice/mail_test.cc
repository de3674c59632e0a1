// Mail from the queue to its file or server.
#include <set>

#include <doctest/doctest.h>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/notice/mail_queue.h"
#include "tests/fake/database.h"
#include "tests/fake/fake_clock.h"
#include "tests/fake/fake_random.h"
#include "tests/fake/folder.h"

namespace caas {
namespace {

using namespace std::chrono_literals;

struct FakeMailer final : notice::Mailer {
    notice::Delivery send(const notice::Mail& mail) override {
        taken.push_back(mail);
        if (meanwhile)
            meanwhile();
        if (throws)
            throw Error(Code::unavailable, "no libcurl");
        return answer;
    }

    std::vector<notice::Mail> taken;
    std::function<void()> meanwhile;
    notice::Delivery answer = notice::Sent{"fake"};
    bool throws = false;
};

struct Office {
    fake::Folder folder;
    fake::Database database{folder.path()};
    fake::FakeClock clock;
    fake::FakeRandom random;
    IdMaker ids{clock, random};
    Log log{clock, Level::off};
    store::Store store{database.connector(), clock};
    vault::Vault vault{vault::parse_keys(std::string(64, 'a'), "test"), random};
    FakeMailer mailer;

    void add(const std::string& text = "token: abc") {
        store.write([&](store::Transaction& transaction) {
            notice::enqueue(
                transaction, ids, vault, clock.now(), {"ana@example.org", "Hello", text});
        });
    }

    std::optional<Instant> deliver() { return deliver_by(mailer); }

    std::optional<Instant> deliver_by(notice::Mailer& by) {
        return notice::deliver_mail(
            {store, by, [this]() -> const vault::Vault& { return vault; }, clock, random, log});
    }

    std::string column(const std::string& name) {
        return store.read([&](store::Reader& reader) {
            return reader.query("SELECT " + name + " FROM mail", {})
                .at(0)
                .maybe_text(0)
                .value_or("null");
        });
    }
};

TEST_CASE("mail that a clock far ahead kept goes out all the same, once") {
    Office it;
    it.clock.jump(24h * 400);
    it.add();
    it.clock.jump(-24h * 400);

    CHECK_FALSE(it.deliver());
    CHECK_FALSE(it.deliver());

    CHECK(it.mailer.taken.size() == 1);
}

TEST_CASE("mail waits sealed, is sent once and then forgotten") {
    Office it;
    it.add();
    CHECK(it.column("body").find("abc") == std::string::npos);

    CHECK_FALSE(it.deliver());
    CHECK_FALSE(it.deliver());

    REQUIRE(it.mailer.taken.size() == 1);
    CHECK(it.mailer.taken[0].to == "ana@example.org");
    CHECK(it.mailer.taken[0].text == "token: abc");
    CHECK(it.column("state") == "sent");
    CHECK(it.column("body") == "null");
}

TEST_CASE("mail that one daemon sends slowly is not sent by another as well") {
    Office it;
    FakeMailer other;
    for (int i = 0; i < 6; ++i)
        it.add(std::to_string(i));
    it.mailer.meanwhile = [&] {
        it.clock.advance(30s);
        it.deliver_by(other);
    };

    it.deliver();

    std::multiset<std::string> sent;
    for (const auto* mailer : {&it.mailer, &other}) {
        for (const auto& mail : mailer->taken)
            sent.insert(mail.text);
    }
    CHECK(sent == std::multiset<std::string>{"0", "1", "2", "3", "4", "5"});
}

TEST_CASE("mail is tried again later and given up in the end") {
    Office it;
    it.add();
    it.mailer.answer = notice::NotSent{false, "away"};

    std::size_t tries = 0;
    for (auto due = it.deliver(); due; due = it.deliver()) {
        REQUIRE(++tries < 20);
        CHECK(*due > it.clock.now());
        it.clock.advance(*due - it.clock.now());
    }

    CHECK(it.mailer.taken.size() == 8);
    CHECK(it.column("state") == "dead");
    CHECK(it.column("problem") == "away");
    CHECK(it.column("body") == "null");
}

TEST_CASE("what a mail server refuses for good is not tried again, what throws is") {
    Office it;
    it.add();
    it.mailer.throws = true;
    const auto due = it.deliver();
    REQUIRE(due);
    it.clock.advance(*due - it.clock.now());
    it.mailer.throws = false;
    it.mailer.answer = notice::NotSent{true, "no such mailbox"};

    CHECK_FALSE(it.deliver());

    CHECK(it.mailer.taken.size() == 2);
    CHECK(it.column("state") == "dead");
}

TEST_CASE("mail of a former key is given up and does not hold up the rest") {
    Office it;
    it.add("first");
    const vault::Vault other(vault::parse_keys(std::string(64, 'b'), "test"), it.random);
    it.store.write([&](store::Transaction& transaction) {
        notice::enqueue(transaction, it.ids, other, it.clock.now(), {"eve@example.org", "Hi", "x"});
    });

    CHECK_FALSE(it.deliver());

    REQUIRE(it.mailer.taken.size() == 1);
    CHECK(it.mailer.taken[0].text == "first");
}

TEST_CASE("without a mail server each message is a file that others cannot read") {
    Office it;
    const auto folder = it.folder.path() / "outbox" / "mail";
    const auto mailer =
        notice::folder_mailer(folder, "caas <caas@example.org>", it.clock, it.random);

    const auto delivery = mailer->send(
        {"ana@example.org",
         "Gr\xC3\xBC\xC3\x9F"
         "e",
         "one\ntwo\n"});

    REQUIRE(std::holds_alternative<notice::Sent>(delivery));
    const std::filesystem::path file(std::get<notice::Sent>(delivery).where);
    CHECK(file.parent_path() == folder);
    CHECK(
        (std::filesystem::status(file).permissions() & std::filesystem::perms::all) ==
        (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
    const auto text = read_file(file, 10000);
    CHECK(text.find("From: caas <caas@example.org>\r\n") != std::string::npos);
    CHECK(text.find("To: ana@example.org\r\n") != std::string::npos);
    CHECK(text.find("Subject: =?utf-8?B?R3LDvMOfZQ==?=\r\n") != std::string::npos);
    CHECK(text.find("Date: Sun, 22 Nov 2026 10:00:00 +0000\r\n") != std::string::npos);
    CHECK(text.ends_with("\r\n\r\none\r\ntwo\r\n"));
}

TEST_CASE("nothing in a message can make a header of its own") {
    Office it;
    const auto text = notice::message_text(
        {"ana@example.org", "Hi\r\nBcc: eve@example.org", "x"},
        "caas@example.org",
        it.clock.now(),
        it.random,
        notice::Encoding::base64);

    CHECK(text.find("Bcc") == std::string::npos);
    CHECK(text.ends_with("\r\n\r\neA==\r\n"));
    const auto longer = notice::message_text(
        {"ana@example.org", std::string(60, 'x') + std::string(60, '\n'), std::string(200, 'y')},
        "caas@example.org",
        it.clock.now(),
        it.random,
        notice::Encoding::base64);
    std::size_t start = 0;
    for (auto end = longer.find("\r\n"); end != std::string::npos;
         end = longer.find("\r\n", start)) {
        CHECK(end - start <= 78);
        start = end + 2;
    }
}

}  // namespace
}  // namespace caas

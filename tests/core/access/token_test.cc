#include "core/access/token.h"

#include <doctest/doctest.h>

#include "tests/core/access/rig.h"

namespace caas {
namespace {

using namespace std::chrono_literals;

TEST_CASE("a token says what it is and carries a checksum") {
    fake::FakeRandom random;

    const auto text = access::make_token_text(random).reveal();

    CHECK(text.starts_with("caas_"));
    CHECK(text.size() == 54);
    CHECK(access::is_token_text(text));
    CHECK(access::make_token_text(random).reveal() != text);
}

TEST_CASE("a mistyped token is known without asking the database") {
    fake::FakeRandom random;
    const auto text = access::make_token_text(random).reveal();
    int taken = 0;

    for (std::size_t i = 0; i < text.size(); ++i) {
        auto changed = text;
        changed[i] = changed[i] == 'x' ? 'y' : 'x';
        taken += access::is_token_text(changed) ? 1 : 0;
    }

    CHECK(taken == 0);
    CHECK_FALSE(access::is_token_text(""));
    CHECK_FALSE(access::is_token_text("caas_"));
    CHECK_FALSE(access::is_token_text(text + "x"));
    CHECK_FALSE(access::is_token_text(text.substr(1)));
}

TEST_CASE("a token stands for its maker with its scope") {
    Rig rig;
    const auto owner = rig.start();

    const auto made = rig.token(owner, access::Scope::draft);
    const auto principal = rig.authenticate(made.text.reveal());

    REQUIRE(principal);
    CHECK(principal->person == owner.person);
    CHECK(principal->organization == owner.organization);
    CHECK(principal->workspace == owner.workspace);
    CHECK(principal->scope == access::Scope::draft);
    CHECK(principal->role == access::Role::owner);
    CHECK(principal->token == made.token.id);
    CHECK_FALSE(principal->is_local_owner);
    CHECK(made.token.prefix == made.text.reveal().substr(0, 11));
}

TEST_CASE("the token itself is not in the database") {
    Rig rig;
    const auto made = rig.token(rig.start());

    rig.read([&](store::Reader& reader) {
        const auto rows = reader.query("SELECT digest, prefix FROM token", {});
        CHECK(rows.at(0).text(0).size() == 64);
        CHECK(rows.at(0).text(0).find(made.text.reveal().substr(11)) == std::string::npos);
        CHECK(rows.at(0).text(1).size() == 11);
    });
}

TEST_CASE("a token of one workspace acts in that one") {
    Rig rig;
    const auto owner = rig.start();
    const auto second = rig.write([&](store::Transaction& transaction) {
        return access::create_workspace(
            transaction, rig.ids, rig.clock.now(), owner.organization, "second", "UTC");
    });

    const auto made = rig.token(owner, access::Scope::read, std::nullopt, second.id);

    CHECK(rig.authenticate(made.text.reveal())->workspace == second.id);
}

TEST_CASE("unknown and malformed tokens are nobody") {
    Rig rig;
    rig.token(rig.start());

    CHECK_FALSE(rig.authenticate(access::make_token_text(rig.random).reveal()));
    CHECK_FALSE(rig.authenticate(""));
    CHECK_FALSE(rig.authenticate("caas_"));
    CHECK_FALSE(rig.authenticate(std::string(100000, 'x')));
}

TEST_CASE("an expired token is nobody from that very moment on") {
    Rig rig;
    const auto made = rig.token(rig.start(), access::Scope::read, rig.clock.now() + 1h);

    rig.clock.advance(1h - 1ms);
    CHECK(rig.authenticate(made.text.reveal()));

    rig.clock.advance(1ms);
    CHECK_FALSE(rig.authenticate(made.text.reveal()));
}

TEST_CASE("a revoked token is nobody, and revoking twice keeps the first time") {
    Rig rig;
    const auto owner = rig.start();
    const auto made = rig.token(owner);
    const auto revoke = [&] {
        return rig.write([&](store::Transaction& transaction) {
            return access::revoke_token(
                transaction, owner.organization, made.token.id, rig.clock.now());
        });
    };

    const auto first = revoke();
    rig.clock.advance(1h);
    const auto second = revoke();

    CHECK_FALSE(rig.authenticate(made.text.reveal()));
    CHECK(first.revoked_at);
    CHECK(second.revoked_at == first.revoked_at);
}

TEST_CASE("a token dies with the membership of its maker and follows their role") {
    Rig rig;
    const auto owner = rig.start();
    const auto made = rig.token(owner);
    rig.write([&](store::Transaction& transaction) {
        access::set_member(
            transaction, rig.clock.now(), owner.organization, owner.person, access::Role::viewer);
    });
    CHECK(rig.authenticate(made.text.reveal())->role == access::Role::viewer);

    rig.write([&](store::Transaction& transaction) {
        transaction.execute("DELETE FROM member WHERE person_id = $1", {owner.person});
    });

    CHECK_FALSE(rig.authenticate(made.text.reveal()));
}

TEST_CASE("the use of a token is noted at most once a minute") {
    Rig rig;
    const auto owner = rig.start();
    const auto id = rig.token(owner).token.id;
    const auto is_due = [&] {
        return rig.read([&](store::Reader& reader) {
            return access::is_due_for_note(reader, id, rig.clock.now());
        });
    };
    const auto used = [&] {
        rig.write([&](store::Transaction& transaction) {
            access::note_use(transaction, id, rig.clock.now());
        });
        return rig.read([&](store::Reader& reader) {
            return access::get_token(reader, owner.organization, id.text()).last_used_at;
        });
    };

    CHECK(is_due());
    const auto first = used();
    CHECK(first == rig.clock.now());
    rig.clock.advance(59s);
    CHECK_FALSE(is_due());
    CHECK(used() == first);
    rig.clock.advance(1s);
    CHECK(is_due());
    CHECK(used() == rig.clock.now());
}

TEST_CASE("a token is made only for a member, a workspace that is there and a time to come") {
    Rig rig;
    const auto owner = rig.start();
    const auto theirs = rig.foreign();
    auto stranger = owner;
    stranger.person = theirs.person;

    CHECK(code_of([&] { rig.token(stranger); }) == Code::not_found);
    CHECK(code_of([&] {
              rig.token(owner, access::Scope::read, std::nullopt, theirs.workspace);
          }) == Code::not_found);
    CHECK(
        code_of([&] { rig.token(owner, access::Scope::read, rig.clock.now()); }) == Code::invalid);
}

TEST_CASE("tokens are listed newest first, page by page") {
    Rig rig;
    const auto owner = rig.start();
    std::vector<TokenId> made;
    for (int i = 0; i < 5; ++i)
        made.push_back(rig.token(owner).token.id);
    const auto list = [&](const std::string& cursor) {
        return rig.read([&](store::Reader& reader) {
            return access::list_tokens(reader, owner.organization, {2, cursor});
        });
    };

    const auto first = list("");
    REQUIRE(first.next_cursor);
    const auto second = list(*first.next_cursor);
    const auto third = list(*second.next_cursor);

    CHECK(first.items.at(0).id == made[4]);
    CHECK(second.items.at(0).id == made[2]);
    CHECK(third.items.size() == 1);
    CHECK_FALSE(third.next_cursor);
}

TEST_CASE("tokens of another organization are neither seen nor revoked") {
    Rig rig;
    const auto owner = rig.start();
    const auto theirs = rig.foreign();
    const auto made = rig.token(theirs);

    rig.read([&](store::Reader& reader) {
        CHECK(access::list_tokens(reader, owner.organization, {}).items.empty());
        CHECK(code_of([&] {
                  access::get_token(reader, owner.organization, made.token.id.text());
              }) == Code::not_found);
    });
    CHECK(code_of([&] {
              rig.write([&](store::Transaction& transaction) {
                  access::revoke_token(
                      transaction, owner.organization, made.token.id, rig.clock.now());
              });
          }) == Code::not_found);
    CHECK(rig.authenticate(made.text.reveal()));
}

TEST_CASE("a token is found by the end of its id") {
    Rig rig;
    const auto owner = rig.start();
    const auto id = rig.token(owner).token.id;

    rig.read([&](store::Reader& reader) {
        CHECK(access::get_token(reader, owner.organization, id.text().substr(28)).id == id);
        CHECK(code_of([&] {
                  access::get_token(reader, owner.organization, "ci");
              }) == Code::not_found);
    });
}

}  // namespace
}  // namespace caas

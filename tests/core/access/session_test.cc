// Sessions, tokens of mails, throttling and what is kept of a person who signs in.
#include "core/access/session.h"

#include <doctest/doctest.h>

#include "core/access/identity.h"
#include "core/access/one_time.h"
#include "core/access/throttle.h"
#include "core/access/totp.h"
#include "tests/core/access/rig.h"

namespace caas {
namespace {

using namespace std::chrono_literals;

struct Signed : Rig {
    access::Principal ana = start();
    access::Principal eve = foreign();

    access::Opened open(const PersonId& person, Milliseconds lifetime = 24h) {
        return write([&](store::Transaction& transaction) {
            return access::open_session(
                transaction,
                ids,
                random,
                clock.now(),
                {person, "Firefox\n\xFF", "192.0.2.1", lifetime});
        });
    }

    access::Refreshed refresh(const Secret& token) {
        return write([&](store::Transaction& transaction) {
            return access::refresh_session(transaction, random, clock.now(), token.reveal(), 24h);
        });
    }

    std::optional<access::Principal> principal(
        const access::Session& session,
        const std::optional<OrganizationId>& organization = std::nullopt) {
        const access::Claims claims{session.person, session.id, clock.now(), clock.now() + 15min};
        return read([&](store::Reader& reader) {
            return access::principal_of(reader, claims, clock.now(), organization);
        });
    }

    std::size_t sessions(const PersonId& person) {
        return read([&](store::Reader& reader) {
            return access::list_sessions(reader, person, clock.now(), {}).items.size();
        });
    }
};

TEST_CASE("a session acts for its person where they have been a member for the longest") {
    Signed it;
    const auto opened = it.open(it.ana.person);

    const auto principal = it.principal(opened.session);

    REQUIRE(principal);
    CHECK(principal->person == it.ana.person);
    CHECK(principal->organization == it.ana.organization);
    CHECK(principal->workspace == it.ana.workspace);
    CHECK(principal->role == access::Role::owner);
    CHECK(principal->scope == access::Scope::admin);
    CHECK(principal->session == opened.session.id);
    CHECK_FALSE(principal->token);
    CHECK_FALSE(principal->is_local_owner);
    CHECK_FALSE(principal->is_installation_owner);
    CHECK(opened.session.client == "Firefox\xEF\xBF\xBD");
}

TEST_CASE("a session acts in another organization only for its members") {
    Signed it;
    const auto session = it.open(it.ana.person).session;
    CHECK_FALSE(it.principal(session, it.eve.organization));

    it.clock.advance(1h);
    it.write([&](store::Transaction& transaction) {
        access::set_member(
            transaction, it.clock.now(), it.eve.organization, it.ana.person, access::Role::viewer);
    });

    const auto there = it.principal(session, it.eve.organization);
    REQUIRE(there);
    CHECK(there->organization == it.eve.organization);
    CHECK(there->workspace == it.eve.workspace);
    CHECK(there->role == access::Role::viewer);
    CHECK(it.principal(session)->organization == it.ana.organization);
}

TEST_CASE("whoever is in no organization is somebody all the same") {
    Signed it;
    const auto session = it.open(it.ana.person).session;
    it.write([&](store::Transaction& transaction) {
        transaction.execute("DELETE FROM member WHERE person_id = $1", {it.ana.person});
    });

    const auto principal = it.principal(session);

    REQUIRE(principal);
    CHECK(principal->organization.empty());
    CHECK(principal->workspace.empty());
    CHECK(principal->role == access::Role::viewer);
}

TEST_CASE("an access token dies with its session, its person's access and somebody else's claim") {
    Signed it;
    const auto first = it.open(it.ana.person).session;
    const auto second = it.open(it.ana.person).session;
    auto stolen = second;
    stolen.person = it.eve.person;
    CHECK_FALSE(it.principal(stolen));

    it.write([&](store::Transaction& transaction) {
        access::end_session(
            transaction, it.ana.person, first.id, it.clock.now(), access::SessionEnd::logout);
    });
    CHECK_FALSE(it.principal(first));
    CHECK(it.principal(second));

    it.write([&](store::Transaction& transaction) {
        transaction.execute(
            "UPDATE person SET disabled_at = $2 WHERE id = $1", {it.ana.person, it.clock.now()});
    });
    CHECK_FALSE(it.principal(second));
}

TEST_CASE("a refresh token gives the next one and lives as long as it is used") {
    Signed it;
    const auto opened = it.open(it.ana.person);
    CHECK(opened.refresh_token.reveal().starts_with("caasr_"));

    it.clock.advance(23h);
    const auto next = it.refresh(opened.refresh_token);
    REQUIRE(std::holds_alternative<access::Opened>(next));
    const auto& renewed = std::get<access::Opened>(next);
    CHECK(renewed.session.id == opened.session.id);
    CHECK_FALSE(renewed.refresh_token == opened.refresh_token);

    it.clock.advance(23h);
    CHECK(it.principal(renewed.session));
    it.clock.advance(1h);
    CHECK_FALSE(it.principal(renewed.session));
    CHECK(std::holds_alternative<access::Unknown>(it.refresh(renewed.refresh_token)));
}

TEST_CASE("a refresh token used twice ends the whole family") {
    Signed it;
    const auto opened = it.open(it.ana.person);
    const auto other = it.open(it.ana.person);
    const auto second = std::get<access::Opened>(it.refresh(opened.refresh_token));
    const auto third = std::get<access::Opened>(it.refresh(second.refresh_token));

    const auto replayed = it.refresh(opened.refresh_token);

    REQUIRE(std::holds_alternative<access::Reused>(replayed));
    CHECK(std::get<access::Reused>(replayed).session == opened.session.id);
    CHECK_FALSE(it.principal(third.session));
    CHECK(std::holds_alternative<access::Unknown>(it.refresh(third.refresh_token)));
    CHECK(std::holds_alternative<access::Unknown>(it.refresh(opened.refresh_token)));
    CHECK(it.principal(other.session));
}

TEST_CASE("what is no refresh token is nobody's") {
    Signed it;
    it.open(it.ana.person);

    for (const auto& text :
         {std::string(), std::string("caasr_"), std::string(100000, 'x'), std::string("a'--")})
        CHECK(std::holds_alternative<access::Unknown>(it.refresh(Secret(text))));
    CHECK(it.sessions(it.ana.person) == 1);
}

TEST_CASE("sessions are listed newest first and ended all at once but one") {
    Signed it;
    const auto first = it.open(it.ana.person).session;
    const auto second = it.open(it.ana.person).session;
    it.open(it.eve.person);

    it.read([&](store::Reader& reader) {
        const auto page = access::list_sessions(reader, it.ana.person, it.clock.now(), {1, ""});
        CHECK(page.items.at(0).id == second.id);
        const auto rest =
            access::list_sessions(reader, it.ana.person, it.clock.now(), {1, *page.next_cursor});
        CHECK(rest.items.at(0).id == first.id);
        CHECK(
            access::get_session(reader, it.ana.person, it.clock.now(), first.id.text()).id ==
            first.id);
        CHECK(code_of([&] {
                  access::get_session(reader, it.eve.person, it.clock.now(), first.id.text());
              }) == Code::not_found);
    });
    CHECK(it.write([&](store::Transaction& transaction) {
        return access::end_sessions(
            transaction, it.ana.person, it.clock.now(), access::SessionEnd::password, first.id);
    }) == 1);
    CHECK(it.sessions(it.ana.person) == 1);
    CHECK(it.sessions(it.eve.person) == 1);
}

TEST_CASE("neither refresh tokens nor those of mails are in the database") {
    Signed it;
    const auto opened = it.open(it.ana.person);
    it.refresh(opened.refresh_token);
    const auto mailed = it.write([&](store::Transaction& transaction) {
        return access::make_one_time(
            transaction,
            it.random,
            it.clock.now(),
            access::Purpose::verify_email,
            {it.ana.person, "ana@example.org"},
            1h);
    });

    it.read([&](store::Reader& reader) {
        for (const auto* sql :
             {"SELECT digest FROM session",
              "SELECT digest FROM spent_refresh",
              "SELECT digest FROM one_time"}) {
            for (const auto& row : reader.query(sql, {})) {
                CHECK(row.text(0).size() == 64);
                CHECK(row.text(0) != opened.refresh_token.reveal());
                CHECK(row.text(0) != mailed.reveal());
            }
        }
    });
}

// ---- tokens of mails

struct Mailed : Signed {
    Mailed() {
        write([&](store::Transaction& transaction) {
            access::set_email(transaction, ana.person, "ana@example.org");
        });
    }

    Secret make(access::Purpose purpose = access::Purpose::reset_password) {
        return write([&](store::Transaction& transaction) {
            return access::make_one_time(
                transaction, random, clock.now(), purpose, {ana.person, "ana@example.org"}, 1h);
        });
    }

    bool use(const Secret& token, access::Purpose purpose = access::Purpose::reset_password) {
        return write([&](store::Transaction& transaction) {
            return access::use_one_time(transaction, clock.now(), purpose, token.reveal())
                .has_value();
        });
    }
};

TEST_CASE("a token of a mail works once, for its purpose and for a while") {
    Mailed it;
    const auto token = it.make();

    CHECK_FALSE(it.use(token, access::Purpose::verify_email));
    CHECK_FALSE(it.use(Secret(token.reveal() + "x")));
    CHECK_FALSE(it.use(Secret("")));
    CHECK(it.use(token));
    CHECK_FALSE(it.use(token));

    const auto late = it.make();
    it.clock.advance(1h);
    CHECK_FALSE(it.use(late));
}

TEST_CASE("the next token of a mail makes the former one worthless") {
    Mailed it;
    const auto first = it.make();
    const auto other = it.make(access::Purpose::verify_email);
    const auto second = it.make();

    CHECK_FALSE(it.use(first));
    CHECK(it.use(second));
    CHECK(it.use(other, access::Purpose::verify_email));
}

TEST_CASE("a token of a mail is worth nothing once the address is another") {
    Mailed it;
    const auto token = it.make();
    it.write([&](store::Transaction& transaction) {
        access::set_email(transaction, it.ana.person, "new@example.org");
    });

    CHECK_FALSE(it.use(token));
}

// ---- throttling

struct Throttled : Rig {
    access::Bucket bucket{"sign-in/x", 3, 1min};

    std::optional<Milliseconds> take(const std::vector<access::Bucket>& buckets) {
        return write([&](store::Transaction& transaction) {
            return access::take(transaction, clock.now(), buckets);
        });
    }

    std::optional<Milliseconds> wait() {
        return read(
            [&](store::Reader& reader) { return access::wait_for(reader, clock.now(), {bucket}); });
    }
};

TEST_CASE("tries run out and come back one by one") {
    Throttled it;
    for (int i = 0; i < 3; ++i)
        CHECK_FALSE(it.take({it.bucket}));

    CHECK(it.take({it.bucket}) == 1min);
    CHECK(it.wait() == 1min);
    it.clock.advance(1min);
    CHECK_FALSE(it.wait());
    CHECK_FALSE(it.take({it.bucket}));
    CHECK(it.take({it.bucket}) == 1min);
}

TEST_CASE("a bucket that is filled or given back to has tries again") {
    Throttled it;
    for (int i = 0; i < 3; ++i)
        it.take({it.bucket});

    it.write([&](store::Transaction& t) { access::give_back(t, it.bucket); });
    CHECK_FALSE(it.take({it.bucket}));
    CHECK(it.take({it.bucket}));
    it.write([&](store::Transaction& t) { access::fill(t, it.bucket.name); });
    CHECK_FALSE(it.wait());
}

TEST_CASE("an empty bucket takes nothing from the others") {
    Throttled it;
    const access::Bucket other{"sign-in/y", 1, 1min};
    for (int i = 0; i < 3; ++i)
        it.take({it.bucket});

    CHECK(it.take({other, it.bucket}) == 1min);
    CHECK_FALSE(it.take({other}));
}

TEST_CASE("full buckets are forgotten") {
    Throttled it;
    it.take({it.bucket});
    const auto count = [&] {
        return it.read([](store::Reader& reader) {
            return reader.query("SELECT count(*) FROM throttle", {}).front().integer(0);
        });
    };

    it.write([&](store::Transaction& t) { access::sweep_buckets(t, it.clock.now()); });
    CHECK(count() == 1);
    it.clock.advance(1min);
    it.write([&](store::Transaction& t) { access::sweep_buckets(t, it.clock.now()); });
    CHECK(count() == 0);
}

TEST_CASE("a household of IPv6 counts as one address") {
    const auto address_group = [](std::string_view text) { return access::address_group(text); };

    CHECK(address_group("2001:db8::1") == address_group("2001:db8:0:0:ffff::2"));
    CHECK(address_group("2001:db8::1") != address_group("2001:db8:0:1::1"));
    CHECK(address_group("192.0.2.1") != address_group("192.0.2.2"));
    CHECK(address_group("::ffff:192.0.2.1") != address_group("::ffff:192.0.2.2"));
}

TEST_CASE("the network of an IPv6 customer is known, and other addresses have none") {
    const auto address_site = [](std::string_view text) { return access::address_site(text); };

    CHECK(address_site("2001:db8::1") == address_site("2001:db8:0:ffff::1"));
    CHECK(address_site("2001:db8::1") != address_site("2001:db8:1::1"));
    CHECK_FALSE(address_site("192.0.2.1"));
    CHECK_FALSE(address_site("::ffff:192.0.2.1"));
    CHECK_FALSE(address_site(""));
}

// ---- what is kept of a person

TEST_CASE("addresses are kept in one form and what is none is refused") {
    const auto is_refused = [](const std::string& text) {
        return code_of([&] { access::checked_email(text); }) == Code::invalid;
    };

    CHECK(access::checked_email(" Ana.B+c@Example.ORG ") == "ana.b+c@example.org");
    for (const auto* bad :
         {"",
          "ana",
          "@example.org",
          "ana@",
          "a b@example.org",
          "ana@example",
          "a@b@example.org",
          "ana@exam ple.org",
          "ana@example..org",
          ".ana@example.org",
          "ana\n@example.org",
          "ana@example.org\r\nBcc: eve@example.org",
          "<ana@example.org>",
          "\xC3\xA4@example.org"}) {
        CAPTURE(bad);
        CHECK(is_refused(bad));
    }
    CHECK(is_refused(std::string(65, 'a') + "@example.org"));
    CHECK(is_refused("a@" + std::string(250, 'a') + ".org"));
}

TEST_CASE("an address belongs to one person and finds them in any case") {
    Signed it;
    const auto set = [&](const PersonId& person, const std::string& email) {
        it.write([&](store::Transaction& t) { access::set_email(t, person, email); });
    };
    set(it.ana.person, "ana@example.org");
    set(it.ana.person, "ana@example.org");

    CHECK(code_of([&] { set(it.eve.person, "ana@example.org"); }) == Code::conflict);
    it.read([&](store::Reader& reader) {
        CHECK(access::find_identity_by_email(reader, "ANA@example.org")->person == it.ana.person);
        CHECK_FALSE(access::find_identity_by_email(reader, "eve@example.org"));
        CHECK_FALSE(access::find_identity_by_email(reader, ""));
        CHECK(access::find_identity(reader, it.eve.person)->name == "eve");
        CHECK_FALSE(access::has_installation_owner(reader));
    });
    it.write([&](store::Transaction& t) {
        access::note_verified(t, it.ana.person, it.clock.now());
        access::set_installation_owner(t, it.ana.person);
    });
    it.read([&](store::Reader& reader) {
        const auto ana = access::find_identity(reader, it.ana.person);
        CHECK(ana->email_verified_at == it.clock.now());
        CHECK(ana->is_installation_owner);
        CHECK(access::has_installation_owner(reader));
    });
    set(it.ana.person, "new@example.org");
    it.read([&](store::Reader& reader) {
        CHECK_FALSE(access::find_identity(reader, it.ana.person)->email_verified_at);
    });
}

TEST_CASE("a second factor is asked for once confirmed, and each of its codes works once") {
    Signed it;
    const auto& ana = it.ana.person;
    const auto has_totp = [&] {
        return it.read([&](store::Reader& r) { return access::find_identity(r, ana)->has_totp; });
    };
    const auto codes = access::make_recovery_codes(it.random);
    const auto digest = access::recovery_digest(codes[0]);
    it.write([&](store::Transaction& t) { access::begin_totp(t, ana, "sealed"); });
    CHECK_FALSE(has_totp());

    it.write([&](store::Transaction& t) {
        access::confirm_totp(t, ana, it.clock.now(), 7, {digest, std::string(64, '0')});
    });
    CHECK(has_totp());
    it.write([&](store::Transaction& t) {
        CHECK_FALSE(access::use_totp_step(t, ana, 7));
        CHECK(access::use_totp_step(t, ana, 8));
        CHECK_FALSE(access::use_totp_step(t, ana, 8));
        CHECK(access::recovery_codes_left(t, ana) == 2);
        CHECK(access::use_recovery_code(t, ana, digest, it.clock.now()));
        CHECK_FALSE(access::use_recovery_code(t, ana, digest, it.clock.now()));
        CHECK_FALSE(access::use_recovery_code(t, it.eve.person, digest, it.clock.now()));
        CHECK(access::recovery_codes_left(t, ana) == 1);
    });
    it.write([&](store::Transaction& t) { access::end_totp(t, ana); });
    CHECK_FALSE(has_totp());
    it.read([&](store::Reader& r) { CHECK(access::recovery_codes_left(r, ana) == 0); });
}

}  // namespace
}  // namespace caas

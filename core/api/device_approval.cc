#include "core/api/device_approval.h"

#include <algorithm>

#include "core/access/device.h"
#include "core/access/one_time.h"
#include "core/api/auth.h"
#include "core/api/device_page.h"
#include "core/api/page.h"
#include "core/base/error.h"

namespace caas::api {
namespace {

constexpr std::string_view no_device =
    "Nothing waits under this code. It may have expired: begin again on the machine.";
constexpr std::string_view no_home =
    "You are in no organization that is open, so there is nothing to sign in to.";

std::optional<access::NewDevice> waiting(const Call& call, const std::string& code) {
    if (code.empty())
        return std::nullopt;
    return call.tools().store.read([&](store::Reader& reader) {
        return access::find_device(reader, code, call.tools().clock.now());
    });
}

// Where a machine may act for the person, the oldest organization first.
std::vector<access::Seat> open_seats(store::Reader& reader, const PersonId& person) {
    auto seats = access::list_seats(reader, person, {.limit = store::most_limit, .cursor = {}});
    std::erase_if(seats.items, [](const access::Seat& seat) {
        return seat.organization.disabled_at.has_value();
    });
    return std::move(seats.items);
}

Response ended(bool is_approved) {
    return is_approved ? device_end("Approved", "The machine is signed in. Close this page.")
                       : device_end("Refused", "The machine was turned away.");
}

// What came of a decision: done, or why not, or a choice that is left.
struct Settled {
    bool is_done = false;
    std::string_view fault{};
    std::vector<access::Seat> seats{};  // to choose from
};

Settled done(bool is_found) {
    return is_found ? Settled{.is_done = true} : Settled{.fault = no_device};
}

// `wanted`: the organization, empty when the person has not said.
Settled settle(
    const Call& call,
    store::Transaction& transaction,
    const PersonId& person,
    const DevicePage& page,
    bool is_approved,
    const std::string& wanted) {
    const auto now = call.tools().clock.now();
    if (!is_approved)
        return done(access::deny_device(transaction, page.code, now));
    if (!access::find_device(transaction, page.code, now))
        return {.fault = no_device};
    auto seats = open_seats(transaction, person);
    if (wanted.empty() && seats.size() > 1)
        return {.seats = std::move(seats)};
    const auto chosen = std::ranges::find_if(seats, [&](const access::Seat& seat) {
        return wanted.empty() || seat.organization.id.text() == wanted;
    });
    if (chosen == seats.end())
        return {.fault = no_home};
    return done(
        access::approve_device(transaction, page.code, now, person, chosen->organization.id));
}

Response answer(const Call& call, DevicePage page, const Settled& settled, bool is_approved) {
    if (settled.is_done)
        return ended(is_approved);
    page.fault = settled.fault;
    page.device = waiting(call, page.code);
    return settled.seats.empty() ? device_form(page) : device_choice(page, settled.seats);
}

// The first form: by the password.
Response decide_by_password(Call& call, Form& form, DevicePage page) {
    const bool is_approved = form["decision"] == "approve";
    page.email = form["email"];
    page.asks_second_factor = !form["second_factor"].empty();
    try {
        const auto proof = flow::sign_in(
            call.tools(),
            people_of(call),
            {page.email, Secret(form["password"]), form["second_factor"]},
            visitor_of(call));
        const auto& person = proof.session.person;
        const auto settled = call.tools().store.write([&](store::Transaction& transaction) {
            const auto now = call.tools().clock.now();
            // It was opened to learn who it is and is not needed any more. When it has ended
            // already, so has what the password was good for.
            if (!access::end_session(
                    transaction, person, proof.session.id, now, access::SessionEnd::logout))
                return Settled{.fault = "You were signed out meanwhile. Once more, please."};
            auto out = settle(call, transaction, person, page, is_approved, {});
            if (!out.seats.empty())
                page.proof = access::make_one_time(
                                 transaction,
                                 call.tools().random,
                                 now,
                                 access::Purpose::approve_device,
                                 {person, *access::find_person(transaction, person)->email},
                                 access::device_lifetime)
                                 .reveal();
            return out;
        });
        return answer(call, page, settled, is_approved);
    } catch (const Error& error) {
        page.asks_second_factor = page.asks_second_factor || lacks_second_factor(error);
        page.fault = fault_of(error);
        page.device = waiting(call, page.code);
        return device_form(page);
    }
}

// The second form: by the proof that the first one earned, which holds once.
Response decide_by_proof(Call& call, Form& form, DevicePage page) {
    const bool is_approved = form["decision"] == "approve";
    const auto settled = call.tools().store.write([&](store::Transaction& transaction) {
        const auto proven = access::use_one_time(
            transaction, call.tools().clock.now(), access::Purpose::approve_device, form["proof"]);
        if (!proven)
            return Settled{.fault = "That took too long. Once more, please."};
        const auto& wanted = form["organization"];
        return settle(
            call, transaction, proven->person, page, is_approved, wanted.empty() ? "-" : wanted);
    });
    return answer(call, std::move(page), settled, is_approved);
}

}  // namespace

Response show_device(Call& call) {
    DevicePage page;
    page.code = call.query.text_or_empty("code");
    page.device = waiting(call, page.code);
    return device_form(page);
}

Response decide_device(Call& call) {
    auto form = form_of(call);
    DevicePage page;
    page.code = form["code"];
    return form["proof"].empty() ? decide_by_password(call, form, std::move(page))
                                 : decide_by_proof(call, form, std::move(page));
}

}  // namespace caas::api

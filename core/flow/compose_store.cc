#include "core/flow/compose_store.h"

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "core/access/tenancy.h"
#include "core/base/error.h"
#include "core/content/content.h"
#include "core/content/text_form.h"

namespace caas::flow {
namespace {

// As long as somebody who copies or repairs the database may hold it.
constexpr Monotonic longest_patience = std::chrono::seconds(30);
constexpr Milliseconds between_tries = std::chrono::milliseconds(250);

bool may_end_soon(const Error& error) {
    return !error.is_undecided() &&
           (error.code() == Code::busy || error.code() == Code::unavailable);
}

void run_patiently(
    const Tools& tools, const std::stop_token& stop, const std::function<void()>& step) {
    const auto end = tools.clock.monotonic() + longest_patience;
    for (;;) {
        try {
            return step();
        } catch (const Error& e) {
            if (!may_end_soon(e) || tools.clock.monotonic() >= end ||
                !tools.clock.sleep(between_tries, stop))
                throw;
        }
    }
}

// As `caas content add` reads it.
std::string one_text(const std::vector<content::Part>& parts) {
    std::string out;
    for (const auto& part : parts)
        out += (out.empty() ? "" : "\n---\n") + content::escaped(part.text);
    return out;
}

std::vector<Detail> texts_of(const std::vector<Candidate>& candidates) {
    std::vector<Detail> out;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        const auto& body = candidates[i].body;
        const auto here = "/candidates/" + std::to_string(i);
        out.push_back({here + "/parts", "text.not_stored", one_text(body.parts)});
        for (const auto& [platform, own] : body.overrides) {
            if (!own.parts.empty())
                out.push_back(
                    {here + "/overrides/" + platform, "text.not_stored", one_text(own.parts)});
        }
    }
    return out;
}

Error not_stored(const Error& cause, std::vector<Detail> texts) {
    std::string what = cause.is_undecided() ? "It is not known whether what was written is stored"
                                            : "What was written could not be stored";
    const bool is_lost = texts.empty();
    if (is_lost)
        what += " or counted, and is lost";
    Error error(
        cause.code(),
        what + ": " + cause.what(),
        is_lost ? "free the database, then have it written anew"
                : "the text is in this error, and is kept nowhere else: caas content add stores it",
        std::move(texts));
    if (cause.is_undecided())
        error.leave_undecided();
    return error;
}

// Providers take their time; meanwhile others may have changed who may write here, and whether
// there is still such a place.
void require_still_welcome(store::Reader& reader, const access::Principal& principal, Instant now) {
    if (!access::is_still_in(reader, principal, now))
        throw Error(
            Code::unauthenticated,
            "While this was written you were signed out or left the organization",
            "nothing was kept; sign in again, or ask an owner or admin of the organization");
    access::require_still(reader, principal, access::Action::write);
    if (!access::find_workspace(reader, principal.organization, principal.workspace))
        throw Error(
            Code::not_found,
            "The workspace was deleted while this was written",
            "nothing was kept; those there are: caas workspace list");
}

// Why the caller may not keep anything there any more; nullopt: they may.
std::optional<Error> turned_away(
    store::Reader& reader, const access::Principal& principal, Instant now) {
    try {
        require_still_welcome(reader, principal, now);
    } catch (const Error& e) {
        if (e.code() != Code::unauthenticated && e.code() != Code::forbidden &&
            e.code() != Code::not_found)
            throw;
        return e;
    }
    return std::nullopt;
}

void store_all(
    const Tools& tools,
    const WorkspaceId& workspace,
    store::Transaction& transaction,
    Generated& generated) {
    const auto now = tools.clock.now();
    // The best comes last, so that it is the newest version.
    generated.content.reset();
    for (auto i = generated.candidates.size(); i-- > 0;) {
        auto& candidate = generated.candidates[i];
        const content::Draft draft{candidate.body, generated.makings[i]};
        if (!generated.content) {
            generated.content = content::create(transaction, workspace, tools.ids, now, draft).id;
            candidate.number = 1;
        } else {
            candidate.number = static_cast<int>(
                content::add_version(
                    transaction, workspace, tools.ids, now, *generated.content, draft)
                    .number);
        }
    }
}

}  // namespace

void run_paid(
    const Tools& tools,
    Spending& spending,
    const std::vector<Candidate>& candidates,
    const std::stop_token& stop,
    const std::function<void()>& step) {
    if (spending.is_free())
        return step();
    try {
        run_patiently(tools, stop, step);
    } catch (const Error& e) {
        spending.fail(candidates);
        throw not_stored(e, spending.is_reserved() ? std::vector<Detail>() : texts_of(candidates));
    }
}

void store_written(
    const Tools& tools,
    const access::Principal& principal,
    Spending& spending,
    Generated& generated,
    const std::stop_token& stop) {
    std::optional<Error> refusal;
    run_paid(tools, spending, generated.candidates, stop, [&] {
        tools.store.write([&](store::Transaction& transaction) {
            refusal = turned_away(transaction, principal, tools.clock.now());
            if (refusal)
                return;
            store_all(tools, principal.workspace, transaction, generated);
            spending.settle(transaction, generated.candidates);
        });
    });
    if (refusal) {
        // It was written, and may have been read as it was: leaving in time makes it not free.
        spending.charge(generated.candidates);
        throw Error(*refusal);
    }
    spending.close();
}

}  // namespace caas::flow

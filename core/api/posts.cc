// posts: schedule, list, show, move, cancel, retry, reconcile.
#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <span>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/api/await_post.h"
#include "core/api/etag.h"
#include "core/api/fields.h"
#include "core/api/ordered.h"
#include "core/api/paging.h"
#include "core/api/post_address.h"
#include "core/api/render.h"
#include "core/api/route.h"
#include "core/api/when.h"
#include "core/base/error.h"
#include "core/delivery/queue.h"
#include "core/flow/plan.h"
#include "core/platform/account_name.h"
#include "core/schedule/series.h"
#include "core/text/nearest.h"

namespace caas::api {
namespace {

bool is_timed(const flow::When& when) {
    return when.at || when.local || when.in_seconds;
}

Response add(Call& call) {
    const auto json = call.json();
    Fields fields(json);
    const auto posts = flow::make_posts(call.tools(), call.principal, take_order(fields));
    call.context.wake();
    return json_response(
        201, render_list(render_ordered(call, posts), std::nullopt, std::identity{}));
}

constexpr std::size_t most_in_bulk = 1000;

flow::PostOrder take_item(const Json& item, std::size_t number) {
    const auto place = "/items/" + std::to_string(number);
    try {
        Fields fields(item, place);
        return take_order(fields);
    } catch (const Error& error) {
        auto details = error.details();
        for (auto& detail : details) {
            if (!detail.pointer.starts_with(place))
                detail.pointer = place + detail.pointer;
        }
        throw Error(error.code(), error.what(), error.hint(), std::move(details));
    }
}

Response add_many(Call& call) {
    const auto json = call.json();
    Fields fields(json);
    const auto* items = fields.array("items");
    fields.finish();
    if (items == nullptr || items->empty() || items->size() > most_in_bulk)
        throw Error(
            Code::invalid,
            "`items` must be 1 to " + std::to_string(most_in_bulk) + " orders",
            {},
            {{"/items", "size", "must be 1 to " + std::to_string(most_in_bulk) + " orders"}});
    std::vector<flow::PostOrder> orders;
    orders.reserve(items->size());
    for (const auto& item : *items)
        orders.push_back(take_item(item, orders.size()));
    const auto posts = flow::make_posts(call.tools(), call.principal, orders);
    call.context.wake();
    return json_response(201, render_list(posts, std::nullopt));
}

delivery::PostState take_state(const std::string& text) {
    std::vector<std::string> names;
    for (const auto state : delivery::post_states) {
        names.emplace_back(delivery::name(state));
        if (names.back() == text)
            return state;
    }
    const auto near = text::nearest(text, names);
    throw Error(
        Code::invalid,
        "There is no state `" + text.substr(0, 40) + "`",
        near.empty() ? "" : "did you mean " + std::string(near) + "?");
}

Response list(Call& call) {
    delivery::Filter filter;
    if (const auto state = call.query.text("state"))
        filter.state = take_state(*state);
    const auto account = call.query.text("account");
    const auto content = call.query.text("content");
    const auto series = call.query.text("series");
    filter.from = take_instant(call.query.text("from"), "from");
    filter.to = take_instant(call.query.text("to"), "to");
    if (const auto order = call.query.text("order")) {
        if (*order != "newest" && *order != "due")
            throw Error(Code::invalid, "`order` must be newest or due");
        filter.order = *order == "due" ? delivery::Order::due : delivery::Order::newest;
    }
    const auto page = take_page(call.query);
    const auto found = call.tools().store.read([&](store::Reader& reader) {
        const auto& workspace = call.principal.workspace;
        if (account)
            filter.account = platform::get_account(reader, workspace, *account).id;
        if (content)
            filter.content = content::resolve(reader, workspace, *content);
        if (series)
            filter.series = schedule::resolve_series(reader, workspace, *series);
        return delivery::list_posts(reader, workspace, filter, page);
    });
    return json_response(200, render_list(found.items, found.next_cursor));
}

PostId resolve(Call& call, store::Reader& reader) {
    return delivery::resolve_post(reader, call.principal.workspace, call.id());
}

delivery::Post load(Call& call) {
    return call.tools().store.read([&](store::Reader& reader) {
        return delivery::get_post(reader, call.principal.workspace, resolve(call, reader));
    });
}

Response show(Call& call) {
    const auto wait = call.query.integer("wait", 0, 30);
    auto post = load(call);
    if (wait)
        post = await_post(call, std::move(post), std::chrono::seconds(*wait));
    return json_response(200, render(post));
}

Response attempts(Call& call) {
    const auto found = call.tools().store.read([&](store::Reader& reader) {
        return delivery::read_journal(reader, resolve(call, reader));
    });
    return json_response(200, render_list(found, std::nullopt));
}

platform::Account account_of(Call& call, store::Reader& reader, const PostId& id) {
    const auto post = delivery::get_post(reader, call.principal.workspace, id);
    return platform::get_account(reader, call.principal.workspace, post.account.text());
}

// Nothing may be made due for an account that is gone: it would wait for ever.
bool is_active(Call& call, store::Reader& reader, const PostId& id) {
    const auto account = account_of(call, reader, id);
    const auto state = delivery::get_post(reader, call.principal.workspace, id).state;
    const bool is_over =
        state == delivery::PostState::canceled || state == delivery::PostState::published;
    if (account.state == platform::AccountState::disconnected && !is_over)
        throw Error(
            Code::conflict,
            "The account `" + account.name + "` of this post is disconnected",
            "connect it again: " + platform::connect_again(account.platform, account.name));
    return account.state == platform::AccountState::active;
}

// Runs a change of one post in a transaction, and wakes the engines.
template <typename Function>
delivery::Post changed(Call& call, Function function) {
    auto post = call.tools().store.write([&](store::Transaction& transaction) {
        const auto id = resolve(call, transaction);
        if (call.has_match())
            call.require_match(
                render(delivery::get_post(transaction, call.principal.workspace, id)));
        return function(transaction, id, call.tools().clock.now());
    });
    call.context.wake();
    return post;
}

// Answers with the post as it is then.
template <typename Function>
Response change(Call& call, Function function) {
    return json_response(200, render(changed(call, std::move(function))));
}

void take_nothing(Call& call) {
    const auto json = call.json();
    Fields(json).finish();
}

Response edit(Call& call) {
    const auto json = call.json();
    Fields fields(json);
    const auto when = take_when(fields);
    if (when.next_slot)
        throw Error(Code::invalid, "`next_slot` is for new posts; give a time");
    const auto version = fields.integer("version", 1, INT32_MAX);
    fields.finish();
    if (!version && !is_timed(when))
        throw Error(Code::invalid, "There is nothing to change", "give a time or a `version`");
    if (version)
        flow::fit_post(call.tools(), call.principal.workspace, call.id(), *version);
    const auto alter = [&](store::Transaction& transaction, const PostId& id, Instant /*now*/) {
        const auto& tools = call.tools();
        std::optional<delivery::Post> post;
        if (is_timed(when))
            post = flow::move_post(
                tools, transaction, call.principal, id, when, is_active(call, transaction, id));
        // Whether there is room for more parts depends on the time.
        if (version)
            post = flow::repin_post(tools, transaction, call.principal.workspace, id, *version);
        return *std::move(post);
    };
    const auto post = changed(call, alter);
    auto answer = json_response(200, render_ordered(call, std::span(&post, 1)).front());
    // What is foretold is not a part of the post, whose tag a later change names.
    answer.headers.emplace_back("ETag", etag_of(json::dump(render(post))));
    return answer;
}

Response remove(Call& call) {
    return change(call, [&](store::Transaction& transaction, const PostId& id, Instant now) {
        return delivery::cancel(transaction, call.principal.workspace, id, now);
    });
}

Response cancel(Call& call) {
    take_nothing(call);
    return remove(call);
}

Response retry(Call& call) {
    take_nothing(call);
    return change(call, [&](store::Transaction& transaction, const PostId& id, Instant now) {
        return delivery::retry(
            transaction, call.principal.workspace, id, is_active(call, transaction, id), now);
    });
}

Response reconcile(Call& call) {
    const auto json = call.json();
    Fields fields(json);
    const auto sent = fields.truth("sent");
    const auto url = fields.text("url");
    const bool cancels = fields.truth("cancel").value_or(false);
    fields.finish();
    if (!sent)
        throw Error(
            Code::invalid,
            "`sent` is missing",
            "say whether the post went out: true or false",
            {{"/sent", "required", "is missing"}});
    if (!*sent && !url.value_or("").empty())
        throw Error(Code::invalid, "A post that was not sent has no `url`");
    if (*sent && cancels)
        throw Error(Code::invalid, "A post that was sent cannot be canceled");
    return change(call, [&](store::Transaction& transaction, const PostId& id, Instant now) {
        const auto& workspace = call.principal.workspace;
        const auto account = account_of(call, transaction, id);
        if (*sent) {
            if (url)
                require_post_address(account, *url);
            return delivery::reconcile_sent(transaction, workspace, id, url.value_or(""), now);
        }
        // It would wait for ever for an account that is gone.
        if (cancels || account.state == platform::AccountState::disconnected)
            return delivery::reconcile_canceled(transaction, workspace, id, now);
        return delivery::reconcile_not_sent(
            transaction, workspace, id, account.state == platform::AccountState::active, now);
    });
}

using access::Action;

constexpr std::array rows{
    Route{
        .method = "POST",
        .pattern = "/api/v1/posts",
        .action = Action::publish,
        .handle = add,
        .summary = "schedule a version for accounts",
        .id = "add_posts",
        .body = "PostOrder",
        .answer = "OrderedPost[]",
        .status = 201,
        .codes = order_codes},
    Route{
        .method = "POST",
        .pattern = "/api/v1/posts/bulk",
        .action = Action::publish,
        .handle = add_many,
        .summary = "schedule up to 1,000 such orders, all of them or none",
        .id = "add_posts_in_bulk",
        .body = "PostOrders",
        .answer = "Post[]",
        .status = 201,
        .codes = order_codes},
    Route{
        .method = "GET",
        .pattern = "/api/v1/posts",
        .action = Action::read,
        .handle = list,
        .summary = "list posts",
        .id = "list_posts",
        .query = "state account content series from to order limit cursor",
        .answer = "Post[]"},
    Route{
        .method = "GET",
        .pattern = "/api/v1/posts/{id}",
        .action = Action::read,
        .handle = show,
        .summary = "show a post; ?wait=30 holds until it is settled",
        .id = "get_post",
        .query = "wait",
        .answer = "Post"},
    Route{
        .method = "PATCH",
        .pattern = "/api/v1/posts/{id}",
        .action = Action::publish,
        .handle = edit,
        .summary = "move a post or pin another version",
        .id = "edit_post",
        .body = "PostChange",
        .answer = "OrderedPost",
        .codes = {Code::conflict, Code::content_rejected},
        .has_etag = true},
    Route{
        .method = "DELETE",
        .pattern = "/api/v1/posts/{id}",
        .action = Action::publish,
        .handle = remove,
        .summary = "cancel a post",
        .id = "delete_post",
        .answer = "Post",
        .codes = {Code::conflict},
        .has_etag = true},
    Route{
        .method = "POST",
        .pattern = "/api/v1/posts/{id}/cancel",
        .action = Action::publish,
        .handle = cancel,
        .summary = "cancel a post",
        .id = "cancel_post",
        .answer = "Post",
        .codes = {Code::conflict},
        .has_etag = true,
        .stops = true},
    Route{
        .method = "POST",
        .pattern = "/api/v1/posts/{id}/retry",
        .action = Action::publish,
        .handle = retry,
        .summary = "try a failed or missed post again",
        .id = "retry_post",
        .answer = "Post",
        .codes = {Code::conflict},
        .has_etag = true},
    Route{
        .method = "POST",
        .pattern = "/api/v1/posts/{id}/reconcile",
        .action = Action::publish,
        .handle = reconcile,
        .summary = "say whether an unconfirmed post was sent",
        .id = "reconcile_post",
        .body = "Reconciliation",
        .answer = "Post",
        .codes = {Code::conflict},
        .has_etag = true,
        .stops = true},
    Route{
        .method = "GET",
        .pattern = "/api/v1/posts/{id}/attempts",
        .action = Action::read,
        .handle = attempts,
        .summary = "list every step that was tried",
        .id = "list_attempts",
        .answer = "Attempt[]"},
};

}  // namespace

std::span<const Route> post_routes() {
    return rows;
}

}  // namespace caas::api

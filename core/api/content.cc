// content: add, list, search, show, edit, delete; versions, differences, restore.
#include "core/content/content.h"

#include <array>

#include <nlohmann/json.hpp>

#include "core/api/body_fields.h"
#include "core/api/content_text.h"
#include "core/api/fields.h"
#include "core/api/paging.h"
#include "core/api/render.h"
#include "core/api/route.h"
#include "core/base/error.h"
#include "core/content/difference.h"
#include "core/content/search.h"
#include "core/flow/discard.h"
#include "core/flow/media.h"
#include "core/platform/driver.h"

namespace caas::api {
namespace {

content::Making by_hand(const Call& call) {
    content::Making making;
    making.person = call.principal.person;
    return making;
}

ContentId resolve(Call& call, store::Reader& reader) {
    return content::resolve(reader, call.principal.workspace, call.id());
}

Response add(Call& call) {
    const auto json = call.json();
    Fields fields(json);
    content::Body body;
    if (auto parts = take_parts(fields))
        body.parts = *std::move(parts);
    take_overrides(fields, body);
    body.language = fields.text("language").value_or("");
    const auto title = fields.text("title");
    check_options(fields);
    fields.finish();
    const auto made = call.tools().store.write([&](store::Transaction& transaction) {
        flow::resolve_media(transaction, call.principal.workspace, body);
        return content::create(
            transaction,
            call.principal.workspace,
            call.tools().ids,
            call.tools().clock.now(),
            {body, by_hand(call)},
            title);
    });
    return json_response(201, render(made));
}

Response list(Call& call) {
    const auto words = call.query.text("q");
    const auto page = take_page(call.query);
    const auto& workspace = call.principal.workspace;
    if (words) {
        const auto slice = call.tools().store.read([&](store::Reader& reader) {
            return content::search(reader, workspace, *words, page);
        });
        return json_response(200, render_list(slice.items, slice.next_cursor));
    }
    const auto slice = call.tools().store.read(
        [&](store::Reader& reader) { return content::list_unread(reader, workspace, page); });
    return json_text_response(200, content_list_text(slice));
}

Response show(Call& call) {
    return json_response(200, call.tools().store.read([&](store::Reader& reader) {
        return render(content::get(reader, call.principal.workspace, resolve(call, reader)));
    }));
}

Response edit(Call& call) {
    const auto json = call.json();
    Fields fields(json);
    const auto parts = take_parts(fields);
    const bool has_overrides = fields.has("overrides");
    const auto language = fields.text("language");
    const auto title = fields.text("title");
    const auto expected = fields.integer("expected_version", 1, INT64_MAX);
    // Read once for its names and shapes, so that a mistake is told before anything is opened.
    content::Body trial;
    take_overrides(fields, trial);
    check_options(fields);
    fields.finish();
    if (!parts && !has_overrides && !language && !title)
        throw Error(
            Code::invalid,
            "There is nothing to change",
            "give `text`, `parts`, `overrides`, `language` or `title`");
    const auto changed = call.tools().store.write([&](store::Transaction& transaction) {
        const auto& workspace = call.principal.workspace;
        const auto now = call.tools().clock.now();
        const auto id = resolve(call, transaction);
        if (call.has_match())
            call.require_match(render(content::get(transaction, workspace, id)));
        if (expected)
            content::require_latest(content::get(transaction, workspace, id), *expected);
        if (parts || has_overrides || language) {
            auto body = content::get(transaction, workspace, id).version.body;
            const auto before = body;
            if (parts) {
                body.parts = *parts;
                body.marks.clear();
            }
            Fields again(json);
            take_overrides(again, body);
            keep_unnamed_media(json, before, body);
            flow::resolve_media(transaction, workspace, body);
            if (language)
                body.language = *language;
            content::add_version(
                transaction, workspace, call.tools().ids, now, id, {body, by_hand(call)});
        }
        // After the text: a title that is the beginning of the old text would follow the new one.
        if (title)
            content::rename(transaction, workspace, now, id, *title);
        return content::get(transaction, workspace, id);
    });
    return json_response(200, render(changed));
}

Response remove(Call& call) {
    const auto id = flow::discard_content(
        call.tools(),
        call.principal,
        call.id(),
        [&](store::Reader& reader, const ContentId& found) {
            if (call.has_match())
                call.require_match(render(content::get(reader, call.principal.workspace, found)));
        });
    return json_response(200, {{"id", id.text()}, {"deleted", true}});
}

Response versions(Call& call) {
    const auto page = take_page(call.query);
    const auto slice = call.tools().store.read([&](store::Reader& reader) {
        return content::list_versions(
            reader, call.principal.workspace, resolve(call, reader), page);
    });
    return json_response(200, render_list(slice.items, slice.next_cursor));
}

content::Version get_version(
    const Call& call, store::Reader& reader, const ContentId& id, std::int64_t number) {
    auto version = content::find_version(reader, call.principal.workspace, id, number);
    if (!version)
        throw Error(
            Code::not_found,
            "The content has no version " + std::to_string(number),
            "`caas content versions " + id.text() + "` lists them");
    return *std::move(version);
}

std::int64_t number_of(const std::string& text) {
    if (text.empty() || text.size() > 9 ||
        text.find_first_not_of("0123456789") != std::string::npos)
        throw Error(
            Code::not_found,
            "`" + text.substr(0, 40) + "` is not the number of a version",
            "versions are numbered from 1");
    return std::stoll(text);
}

Response version(Call& call) {
    const auto number = number_of(call.id("number"));
    return json_response(200, call.tools().store.read([&](store::Reader& reader) {
        return render(get_version(call, reader, resolve(call, reader), number));
    }));
}

Response difference(Call& call) {
    const auto from = call.query.integer("from", 1, INT32_MAX);
    const auto to = call.query.integer("to", 1, INT32_MAX);
    const auto platform = call.query.text("platform");
    const auto [old_version, new_version] = call.tools().store.read([&](store::Reader& reader) {
        const auto id = resolve(call, reader);
        const auto latest = content::get(reader, call.principal.workspace, id).version.number;
        const auto newer = to.value_or(latest);
        const auto older = from.value_or(std::max<std::int64_t>(1, newer - 1));
        return std::pair(
            get_version(call, reader, id, older), get_version(call, reader, id, newer));
    });
    const auto change =
        platform ? content::difference_for(old_version, new_version, platform::get(*platform).id)
                 : content::difference(old_version, new_version);
    return json_response(200, content::to_json(change));
}

Response restore(Call& call) {
    const auto json = call.json();
    Fields fields(json);
    const auto number = fields.integer("number", 1, INT32_MAX);
    fields.finish();
    if (!number)
        throw Error(
            Code::invalid,
            "`number` is missing",
            "name the version to bring back",
            {{"/number", "required", "is missing"}});
    const auto restored = call.tools().store.write([&](store::Transaction& transaction) {
        const auto& workspace = call.principal.workspace;
        const auto id = resolve(call, transaction);
        if (call.has_match())
            call.require_match(render(content::get(transaction, workspace, id)));
        content::restore(
            transaction,
            workspace,
            call.tools().ids,
            call.tools().clock.now(),
            id,
            *number,
            call.principal.person);
        return content::get(transaction, workspace, id);
    });
    return json_response(200, render(restored));
}

using access::Action;

constexpr std::uint64_t most_content_bytes = 2U << 20U;  // a whole thread with its overrides

constexpr std::array rows{
    Route{
        .method = "POST",
        .pattern = "/api/v1/content",
        .action = Action::write,
        .handle = add,
        .summary = "add content",
        .most_body_bytes = most_content_bytes,
        .id = "add_content",
        .body = "NewContent",
        .answer = "Content",
        .status = 201},
    Route{
        .method = "GET",
        .pattern = "/api/v1/content",
        .action = Action::read,
        .handle = list,
        .summary = "list or search content",
        .id = "list_content",
        .query = "q limit cursor",
        .answer = "Content[]"},
    Route{
        .method = "GET",
        .pattern = "/api/v1/content/{id}",
        .action = Action::read,
        .handle = show,
        .summary = "show one content",
        .id = "get_content",
        .answer = "Content"},
    Route{
        .method = "PATCH",
        .pattern = "/api/v1/content/{id}",
        .action = Action::write,
        .handle = edit,
        .summary = "make a new version of a content",
        .most_body_bytes = most_content_bytes,
        .id = "edit_content",
        .body = "ContentChange",
        .answer = "Content",
        .codes = {Code::conflict},
        .has_etag = true},
    Route{
        .method = "DELETE",
        .pattern = "/api/v1/content/{id}",
        .action = Action::write,
        .handle = remove,
        .summary = "delete a content",
        .id = "delete_content",
        .answer = "DeletedContent",
        .codes = {Code::conflict},
        .has_etag = true},
    Route{
        .method = "GET",
        .pattern = "/api/v1/content/{id}/versions",
        .action = Action::read,
        .handle = versions,
        .summary = "list the versions of a content",
        .id = "list_versions",
        .query = "limit cursor",
        .answer = "Version[]"},
    Route{
        .method = "GET",
        .pattern = "/api/v1/content/{id}/versions/{number}",
        .action = Action::read,
        .handle = version,
        .summary = "show one version",
        .id = "get_version",
        .answer = "Version"},
    Route{
        .method = "GET",
        .pattern = "/api/v1/content/{id}/diff",
        .action = Action::read,
        .handle = difference,
        .summary = "compare two versions",
        .id = "compare_versions",
        .query = "from_version to_version platform",
        .answer = "Difference"},
    Route{
        .method = "POST",
        .pattern = "/api/v1/content/{id}/restore",
        .action = Action::write,
        .handle = restore,
        .summary = "bring back an old version",
        .id = "restore_version",
        .body = "Restore",
        .answer = "Content",
        .has_etag = true},
};

}  // namespace

std::span<const Route> content_routes() {
    return rows;
}

}  // namespace caas::api

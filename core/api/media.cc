// media: add, list, show, describe, delete; and the file itself.
#include "core/flow/media.h"

#include <array>

#include <nlohmann/json.hpp>

#include "core/api/fields.h"
#include "core/api/media_answer.h"
#include "core/api/multipart.h"
#include "core/api/paging.h"
#include "core/api/render.h"
#include "core/api/route.h"
#include "core/base/error.h"
#include "core/flow/media_fit.h"
#include "core/flow/media_link.h"
#include "core/media/file.h"

namespace caas::api {
namespace {

using access::Action;

constexpr std::string_view immutable = "max-age=31536000, immutable";

// Room for the other fields and what stands around them.
constexpr std::uint64_t around_file = 64U << 10U;
// More than `media.most_mb` may be; that setting is what counts.
constexpr std::uint64_t most_upload_bytes = std::uint64_t{100'000} * 1'000'000 + around_file;

media::Medium find(const Call& call, store::Reader& reader) {
    return media::get(reader, call.principal.workspace, call.id());
}

// Writes the part to a file, piece by piece.
void receive(Multipart& form, media::Incoming& into) {
    std::string piece(std::size_t{64} << 10U, '\0');
    while (const auto count = form.read(piece))
        into.write(std::string_view(piece).substr(0, count));
    into.finish();
}

[[noreturn]] void refuse_field(const std::string& name, const std::string& why) {
    throw Error(
        Code::invalid,
        "The field `" + name.substr(0, 40) + "` " + why,
        "a form has the fields file, alt and name",
        {{"/" + name.substr(0, 40), "form", why}});
}

Response add(Call& call) {
    auto& request = call.request;
    const auto& tools = call.tools();
    const auto most = flow::most_medium_bytes(tools.settings);
    if (!request.body)
        throw Error(Code::invalid, "There is no file", "send it in the field `file`");
    if (request.body->length().value_or(0) > static_cast<std::uint64_t>(most) + around_file)
        throw Error(
            Code::too_large,
            "The file is larger than " + std::to_string(most / 1'000'000) + " MB",
            "make it smaller, or raise media.most_mb");
    Multipart form(
        *request.body,
        request.header("Content-Type").value_or(""),
        static_cast<std::uint64_t>(most) + around_file);
    const auto place = flow::media_place(tools);
    std::unique_ptr<media::Incoming> file;
    std::optional<std::string> alt;
    std::optional<std::string> name;
    while (const auto part = form.next()) {
        if (part->name == "file" && !file) {
            file = std::make_unique<media::Incoming>(place->anteroom(), most);
            if (!name)
                name = part->filename;
            receive(form, *file);
        } else if (part->name == "alt" && !alt) {
            alt = form.text(media::most_alt_bytes + 1);
        } else if (part->name == "name") {
            name = form.text(std::size_t{4} << 10U);
        } else {
            refuse_field(part->name, file || alt ? "is there twice or unknown" : "is not known");
        }
    }
    if (!file)
        throw Error(
            Code::invalid,
            "There is no file",
            "send it in the field `file`: curl -F file=@picture.jpg",
            {{"/file", "required", "is missing"}});
    const auto kept =
        flow::keep_medium(tools, call.principal, *place, *file, name.value_or(""), alt);
    return json_response(201, render(kept.medium));
}

Response list(Call& call) {
    const auto page = take_page(call.query);
    const auto slice = call.tools().store.read(
        [&](store::Reader& reader) { return media::list(reader, call.principal.workspace, page); });
    return json_response(200, render_list(slice.items, slice.next_cursor));
}

Response show(Call& call) {
    return json_response(200, call.tools().store.read([&](store::Reader& reader) {
        return render(find(call, reader));
    }));
}

Response edit(Call& call) {
    const auto json = call.json();
    Fields fields(json);
    const auto alt = fields.text("alt");
    const auto name = fields.text("name");
    fields.finish();
    return json_response(200, call.tools().store.write([&](store::Transaction& transaction) {
        const auto before = find(call, transaction);
        call.require_match(render(before));
        return render(media::change(transaction, before, alt, name, call.tools().clock.now()));
    }));
}

Response remove(Call& call) {
    const auto gone = flow::remove_medium(
        call.tools(), call.principal, call.id(), [&](const media::Medium& medium) {
            call.require_match(render(medium));
        });
    return json_response(200, {{"id", gone.id.text()}, {"deleted", true}});
}

Response file(Call& call) {
    const bool is_small = call.query.is_on("thumbnail");
    const auto medium =
        call.tools().store.read([&](store::Reader& reader) { return find(call, reader); });
    if (is_small) {
        const auto small = flow::thumbnail(call.tools(), medium);
        return file_answer(
            call.request,
            flow::media_place(call.tools())->fetch(small.digest),
            small.digest,
            small.type,
            static_cast<std::uint64_t>(small.size),
            "private, " + std::string(immutable));
    }
    const auto path = flow::media_place(call.tools())->fetch(medium.digest);
    return file_answer(
        call.request,
        path,
        medium.digest,
        medium.type,
        static_cast<std::uint64_t>(medium.size),
        "private, " + std::string(immutable));
}

// For platforms that fetch by themselves. Whoever has the link has the file; nobody can guess one.
Response linked_file(Call& call) {
    const auto& tools = call.tools();
    const Error none(Code::not_found, "There is no such file, or the link is too old");
    const auto digest = flow::open_media_link(tools, call.id("signed"));
    if (!digest)
        throw none;
    const auto type =
        tools.store.read([&](store::Reader& reader) { return media::type_of(reader, *digest); });
    if (!type)
        throw none;
    const auto path = flow::media_place(tools)->fetch(*digest);
    return file_answer(
        call.request,
        path,
        *digest,
        *type,
        std::filesystem::file_size(path),
        "public, " + std::string(immutable));
}

// Those that probe.h knows.
constexpr std::string_view media_types =
    "image/jpeg image/png image/gif image/webp video/mp4 video/quicktime";

constexpr std::array rows{
    Route{
        .method = "POST",
        .pattern = "/api/v1/media",
        .action = Action::write,
        .handle = add,
        .summary = "add a picture or a video",
        .most_body_bytes = most_upload_bytes,
        .id = "add_medium",
        .body = "NewMedium",
        .body_type = "multipart/form-data",
        .answer = "Medium",
        .status = 201,
        .codes = {Code::plan_limit},
        .is_idempotent = true},
    Route{
        .method = "GET",
        .pattern = "/api/v1/media",
        .action = Action::read,
        .handle = list,
        .summary = "list media",
        .id = "list_media",
        .query = "limit cursor",
        .answer = "Medium[]"},
    Route{
        .method = "GET",
        .pattern = "/api/v1/media/{id}",
        .action = Action::read,
        .handle = show,
        .summary = "show a medium",
        .id = "get_medium",
        .answer = "Medium"},
    Route{
        .method = "PATCH",
        .pattern = "/api/v1/media/{id}",
        .action = Action::write,
        .handle = edit,
        .summary = "describe a medium",
        .id = "edit_medium",
        .body = "MediumChange",
        .answer = "Medium",
        .has_etag = true},
    Route{
        .method = "DELETE",
        .pattern = "/api/v1/media/{id}",
        .action = Action::write,
        .handle = remove,
        .summary = "delete a medium",
        .id = "delete_medium",
        .answer = "DeletedMedium",
        .codes = {Code::conflict},
        .has_etag = true},
    Route{
        .method = "GET",
        .pattern = "/api/v1/media/{id}/file",
        .action = Action::read,
        .handle = file,
        .summary = "get the file of a medium",
        .id = "get_medium_file",
        .query = "thumbnail",
        .answer = "MediumFile",
        .media_type = media_types,
        .codes = {Code::unsupported_media_type, Code::invalid},
        .has_ranges = true},
    Route{
        .method = "GET",
        .pattern = "/media/{signed}",
        .access = Access::open,
        .action = Action::none,
        .handle = linked_file,
        .summary = "get a file that a platform was sent the link of",
        .id = "get_linked_file",
        .answer = "MediumFile",
        .media_type = media_types,
        .has_ranges = true,
        .rate = Rate::none},
};

}  // namespace

std::span<const Route> media_routes() {
    return rows;
}

}  // namespace caas::api

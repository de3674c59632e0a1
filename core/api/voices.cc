// workspaces/{id}/voices: the brand voices of a workspace.
#include <array>

#include <nlohmann/json.hpp>

#include "core/api/fields.h"
#include "core/api/paging.h"
#include "core/api/render.h"
#include "core/api/route.h"
#include "core/api/workspaces.h"
#include "core/content/voice.h"

namespace caas::api {
namespace {

Response list(Call& call) {
    const auto page = take_page(call.query);
    const auto voices = call.tools().store.read([&](store::Reader& reader) {
        return content::list_voices(reader, workspace_of(call, reader), page);
    });
    return json_response(200, render_list(voices.items, voices.next_cursor));
}

Response set(Call& call) {
    const auto json = call.json();
    Fields fields(json);
    const auto name = fields.required_text("name");
    const auto text = fields.required_text("text");
    fields.finish();
    const auto voice = call.tools().store.write([&](store::Transaction& transaction) {
        const auto workspace = workspace_of(call, transaction);
        // One that is not there yet has no state to be compared with: not_found.
        if (call.has_match())
            call.require_match(render(content::get_voice(transaction, workspace, name)));
        return content::set_voice(
            transaction, workspace, call.tools().ids, call.tools().clock.now(), name, text);
    });
    return json_response(201, render(voice));
}

Response show(Call& call) {
    return json_response(200, call.tools().store.read([&](store::Reader& reader) {
        return render(content::get_voice(reader, workspace_of(call, reader), call.id("voice")));
    }));
}

Response remove(Call& call) {
    call.tools().store.write([&](store::Transaction& transaction) {
        const auto workspace = workspace_of(call, transaction);
        if (call.has_match())
            call.require_match(
                render(content::get_voice(transaction, workspace, call.id("voice"))));
        content::remove_voice(transaction, workspace, call.id("voice"));
    });
    return json_response(200, {{"name", call.id("voice")}, {"deleted", true}});
}

using access::Action;

constexpr std::array rows{
    Route{
        .method = "GET",
        .pattern = "/api/v1/workspaces/{id}/voices",
        .action = Action::read,
        .handle = list,
        .summary = "list brand voices",
        .id = "list_voices",
        .query = "limit cursor",
        .answer = "Voice[]"},
    Route{
        .method = "POST",
        .pattern = "/api/v1/workspaces/{id}/voices",
        .action = Action::write,
        .handle = set,
        .summary = "make or change a brand voice",
        .id = "set_voice",
        .body = "NewVoice",
        .answer = "Voice",
        .status = 201,
        .is_idempotent = true,
        .has_etag = true},
    Route{
        .method = "GET",
        .pattern = "/api/v1/workspaces/{id}/voices/{voice}",
        .action = Action::read,
        .handle = show,
        .summary = "show a brand voice",
        .id = "get_voice",
        .answer = "Voice"},
    Route{
        .method = "DELETE",
        .pattern = "/api/v1/workspaces/{id}/voices/{voice}",
        .action = Action::write,
        .handle = remove,
        .summary = "delete a brand voice",
        .id = "delete_voice",
        .answer = "DeletedVoice",
        .has_etag = true},
};

}  // namespace

std::span<const Route> voice_routes() {
    return rows;
}

}  // namespace caas::api

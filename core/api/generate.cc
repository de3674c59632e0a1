// content/generate: has content written by a provider, whole or as server-sent events.
//
// With ?stream=1 the answer is an event stream: `text` {"platform","text"} for each piece as it is
// written, `stage` {"stage"} when something else happens, and in the end either `done` with what
// the plain call answers or `error` with a problem document.
#include <array>

#include <nlohmann/json.hpp>

#include "core/api/fields.h"
#include "core/api/lint_json.h"
#include "core/api/problem.h"
#include "core/api/render.h"
#include "core/api/route.h"
#include "core/api/standing.h"
#include "core/base/error.h"
#include "core/flow/compose.h"

namespace caas::api {
namespace {

using access::Action;

struct Asked {
    flow::GenerateOrder order;
    std::optional<std::string> organization;  // to write it in; not given: the caller's own
};

Asked take_order(const Json& json) {
    Fields fields(json);
    Asked asked;
    auto& order = asked.order;
    order.prompt = fields.required_text("prompt");
    order.platforms = fields.texts("platforms").value_or(std::vector<std::string>{});
    if (const auto one = fields.text("platform"))
        order.platforms.insert(order.platforms.begin(), *one);
    if (order.platforms.empty())
        order.platforms.emplace_back("x");
    order.tone = fields.text("tone").value_or("");
    order.provider = fields.text("provider").value_or("");
    if (const auto same = fields.text("ai_provider"); same && order.provider.empty())
        order.provider = *same;
    order.model = fields.text("model").value_or("");
    order.language = fields.text("language").value_or("");
    order.voice = fields.text("voice").value_or("");
    order.media = fields.texts("media").value_or(std::vector<std::string>{});
    order.variants =
        static_cast<int>(fields.integer("variants", 1, flow::most_variants).value_or(1));
    order.is_stored = fields.truth("store").value_or(true);
    asked.organization = fields.text("organization_id");
    fields.finish();
    return asked;
}

Json render_version_of(const flow::Generated& generated) {
    content::Version version;
    version.body = generated.candidates.front().body;
    version.digest = content::digest(version.body);
    version.making = generated.makings.front();
    auto out = render(version);
    for (const auto* name : {"id", "content_id", "number", "created_at"})
        out[name] = nullptr;
    return out;
}

// What went wrong without spoiling the whole.
Json warnings_of(const flow::Generated& generated) {
    auto warnings = Json::array();
    for (std::size_t i = 0; i < generated.candidates.size(); ++i) {
        const auto& candidate = generated.candidates[i];
        if (!candidate.mend_failure)
            continue;
        const auto& failure = *candidate.mend_failure;
        const auto which = generated.candidates.size() == 1 ? std::string("What was written")
                                                            : "Candidate " + std::to_string(i + 1);
        warnings.push_back(
            {{"code", "mend_failed"},
             {"message",
              which + " broke a rule, and the call to mend it failed: " + failure.what() +
                  (candidate.errors == 0 ? " It was shortened instead."
                                         : " It is kept as it was written.")},
             {"cause", facts(failure.code()).name},
             {"rank", i + 1}});
    }
    for (const auto& failure : generated.failures)
        warnings.push_back(
            {{"code", "candidate_failed"},
             {"message", std::string("A candidate could not be written: ") + failure.what()},
             {"cause", facts(failure.code()).name},
             {"rank", nullptr}});
    return warnings;
}

Json render_generated(
    const flow::Tools& tools, const WorkspaceId& workspace, const flow::Generated& generated) {
    Json out;
    if (generated.content) {
        out = tools.store.read([&](store::Reader& reader) {
            return render(content::get(reader, workspace, *generated.content));
        });
    } else {
        const auto& parts = generated.candidates.front().body.parts;
        out = {
            {"id", nullptr},
            {"title", content::title_of(generated.candidates.front().body)},
            {"text", parts.front().text},
            {"version", render_version_of(generated)}};
    }
    out["platforms"] = lint_json(generated.candidates.front().reports);
    auto candidates = Json::array();
    for (const auto& candidate : generated.candidates) {
        candidates.push_back(
            {{"rank", candidates.size() + 1},
             {"version", candidate.number == 0 ? Json() : Json(candidate.number)},
             {"errors", candidate.errors},
             {"warnings", candidate.warnings},
             {"mends", candidate.mends},
             {"text", candidate.body.parts.front().text}});
    }
    out["candidates"] = std::move(candidates);
    out["warnings"] = warnings_of(generated);
    return out;
}

// Sees that the letters go out by which owners are told that plan tokens run out.
flow::Generated written(
    const Context& context,
    const access::Principal& principal,
    const flow::GenerateOrder& order,
    const flow::Watcher& watcher,
    const std::stop_token& stop) {
    try {
        auto generated = flow::generate(context.tools, principal, order, watcher, stop);
        if (generated.has_mail && context.post)
            context.post();
        return generated;
    } catch (const Error& e) {
        if (e.code() == Code::plan_limit && context.post)
            context.post();
        throw;
    }
}

Response stream(Call& call, const access::Principal& principal, flow::GenerateOrder order) {
    Response response;
    response.headers.emplace_back("Content-Type", "text/event-stream; charset=utf-8");
    response.headers.emplace_back("Cache-Control", "no-store");
    // The stream outlives this function, the router's context outlives the stream.
    response.body = EventStream([&context = call.context,
                                 principal,
                                 order = std::move(order),
                                 request_id = call.request.request_id,
                                 stop = call.request.stop](
                                    const std::function<bool(std::string_view)>& write) {
        std::stop_source left;
        const std::stop_callback forward(stop, [&] { left.request_stop(); });
        const auto send = [&](std::string_view name, const Json& data) {
            if (!write(event_text(name, data)))
                left.request_stop();  // who left needs no more words: the provider is hung up on
        };
        const flow::Watcher watcher{
            [&](std::string_view platform, std::string_view piece) {
                send("text", {{"platform", platform}, {"text", piece}});
            },
            [&](std::string_view stage) {
                send("stage", {{"stage", stage}});
            }};
        try {
            const auto generated = written(context, principal, order, watcher, left.get_token());
            send("done", render_generated(context.tools, principal.workspace, generated));
        } catch (const Error& e) {
            send("error", problem_json(e, request_id));
        } catch (const std::exception&) {
            send("error", problem_json(unexpected(), request_id));
        }
    });
    return response;
}

Response generate(Call& call) {
    const bool is_streamed = call.query.is_on("stream");
    auto [order, organization] = take_order(call.json());
    const auto principal =
        organization ? stand_in(call.context, call.principal, *organization, Action::write)
                     : call.principal;
    if (is_streamed)
        return stream(call, principal, std::move(order));
    const auto generated = written(call.context, principal, order, {}, call.request.stop);
    return json_response(
        order.is_stored ? 201 : 200,
        render_generated(call.tools(), principal.workspace, generated));
}

constexpr std::array rows{
    Route{
        .method = "POST",
        .pattern = "/api/v1/content/generate",
        .action = Action::write,
        .handle = generate,
        .summary = "write content with a provider",
        .id = "generate_content",
        .query = "stream",
        .body = "Brief",
        .answer = "Generated",
        .status = 201,
        .codes = provider_codes.with({Code::not_found}),
        .can_stream = true,
        .rate = Rate::generate},
};

}  // namespace

std::span<const Route> generate_routes() {
    return rows;
}

}  // namespace caas::api

#include "core/api/render.h"

#include <nlohmann/json.hpp>

#include "core/base/time_zone.h"

namespace caas::api {

Json render(const media::Medium& medium) {
    const bool moves = medium.duration > Milliseconds::zero();
    return {
        {"id", medium.id.text()},
        {"workspace_id", medium.workspace.text()},
        {"name", medium.name},
        {"alt", medium.alt},
        {"type", medium.type},
        {"size", medium.size},
        {"width", medium.width},
        {"height", medium.height},
        {"duration_ms", moves ? Json(medium.duration.count()) : Json()},
        {"frames", medium.frames},
        {"frame_rate", medium.frame_rate > 0 ? Json(medium.frame_rate) : Json()},
        {"codec", said(medium.codec)},
        {"audio_codec", said(medium.audio_codec)},
        {"sha256", medium.digest},
        {"notes", medium.notes},
        {"created_at", to_rfc3339(medium.created_at)},
        {"updated_at", to_rfc3339(medium.updated_at)}};
}

Json or_null(const std::optional<std::string>& text) {
    return text ? Json(*text) : Json();
}

Json or_null(const std::optional<Instant>& instant) {
    return instant ? Json(to_rfc3339(*instant)) : Json();
}

Json or_null(const std::optional<std::int64_t>& number) {
    return number ? Json(*number) : Json();
}

Json said(const std::string& text) {
    return text.empty() ? Json() : Json(text);
}

namespace {

Json or_null_number(const std::optional<std::int64_t>& microdollars) {
    return microdollars ? Json(static_cast<double>(*microdollars) / 1e6) : Json();
}

}  // namespace

Json render(const content::Version& version) {
    auto out = content::to_json(version.body);
    const auto& making = version.making;
    out["id"] = version.id.text();
    out["content_id"] = version.content.text();
    out["number"] = version.number;
    out["origin"] = content::name(making.origin);
    out["digest"] = version.digest;
    out["restored_from"] = or_null(making.restored_from);
    out["provider"] = or_null(making.provider);
    out["model"] = or_null(making.model);
    out["template"] = or_null(making.template_name);
    out["template_digest"] = or_null(making.template_digest);
    out["input_tokens"] = or_null(making.input_tokens);
    out["output_tokens"] = or_null(making.output_tokens);
    out["latency_ms"] = or_null(making.latency_ms);
    out["cost_usd"] = or_null_number(making.cost_microdollars);
    out["brief"] = making.brief ? json::try_parse(*making.brief).value_or(Json()) : Json();
    out["created_at"] = to_rfc3339(version.created_at);
    return out;
}

Json render(const content::Content& content) {
    const auto& parts = content.version.body.parts;
    return {
        {"id", content.id.text()},
        {"workspace_id", content.workspace.text()},
        {"title", content.title},
        {"latest", content.latest},
        {"text", parts.empty() ? "" : parts.front().text},
        {"created_at", to_rfc3339(content.created_at)},
        {"updated_at", to_rfc3339(content.updated_at)},
        {"version", render(content.version)}};
}

Json render(const content::Voice& voice) {
    return {
        {"id", voice.id.text()},
        {"name", voice.name},
        {"text", voice.text},
        {"created_at", to_rfc3339(voice.created_at)},
        {"updated_at", to_rfc3339(voice.updated_at)}};
}

Json render(const delivery::Post& post) {
    const bool is_settled = post.settled_at.has_value();
    return {
        {"id", post.id.text()},
        {"account_id", post.account.text()},
        {"account", post.account_name},
        {"platform", post.platform},
        {"content_id", post.content.text()},
        {"version_id", post.version.text()},
        {"version", post.version_number},
        {"state", delivery::name(post.state)},
        {"due_at", to_rfc3339(post.due_at)},
        {"local_time", said(post.local_time)},
        {"zone", said(post.zone)},
        {"time_note", said(post.time_note)},
        {"series_id", post.series ? Json(post.series->text()) : Json()},
        {"occurrence", said(post.occurrence)},
        {"tries", post.tries},
        {"parts", post.parts},
        {"parts_published", post.parts_published},
        {"remote_id", said(post.remote_id)},
        {"url", said(post.url)},
        {"code", said(post.code)},
        {"message", said(post.message)},
        {"next_try_at", is_settled ? Json() : or_null(post.wake_at)},
        {"created_at", to_rfc3339(post.created_at)},
        {"updated_at", to_rfc3339(post.updated_at)},
        {"settled_at", or_null(post.settled_at)},
        {"removed_at", or_null(post.removed_at)}};
}

Json render(const delivery::Attempt& attempt) {
    return {
        {"number", attempt.number},
        {"step", attempt.step},
        {"part", attempt.part},
        {"state", delivery::name(attempt.state)},
        {"remote_id", said(attempt.remote_id)},
        {"url", said(attempt.url)},
        {"code", said(attempt.code)},
        {"message", said(attempt.message)},
        {"started_at", to_rfc3339(attempt.started_at)},
        {"ended_at", or_null(attempt.ended_at)}};
}

Json render(const platform::Account& account) {
    return {
        {"id", account.id.text()},
        {"platform", account.platform},
        {"name", account.name},
        {"handle", account.handle},
        {"remote_id", account.remote_id},
        {"base_url", said(account.base_url)},
        {"zone", or_null(account.zone)},
        {"state", platform::name(account.state)},
        {"state_reason", or_null(account.state_reason)},
        {"catch_up_ms", account.catch_up.count()},
        {"on_unknown", platform::name(account.on_unknown)},
        // The plan's: whoever shows it to its owners sets it.
        {"locked_at", nullptr},
        {"created_at", to_rfc3339(account.created_at)},
        {"updated_at", to_rfc3339(account.updated_at)}};
}

Json render(const metric::Sample& sample) {
    return {
        {"taken_at", to_rfc3339(sample.taken_at)},
        {"part", sample.part},
        {"numbers", Json(sample.numbers)}};
}

Json render(const schedule::Series& series) {
    return {
        {"id", series.id.text()},
        {"account_id", series.account.text()},
        {"account", series.account_name},
        {"platform", series.platform},
        {"content_id", series.content.text()},
        {"version", or_null(series.version_number)},
        {"rule", series.rule},
        {"zone", series.zone},
        {"starts_at", schedule::wall_text(series.starts_at)},
        {"state", schedule::name(series.state)},
        {"made", series.made},
        {"passed_over", series.passed_over},
        {"problem", said(series.problem)},
        {"created_at", to_rfc3339(series.created_at)},
        {"updated_at", to_rfc3339(series.updated_at)},
        {"ended_at", or_null(series.ended_at)}};
}

}  // namespace caas::api

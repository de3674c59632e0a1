#include "cli/command/generate_stream.h"

#include <nlohmann/json.hpp>

#include "cli/command/written.h"
#include "cli/print/width.h"
#include "core/base/error.h"

namespace caas::cli::command {

void GenerateStream::on_text(const Json& data) {
    progress_.erase();
    const auto platform = json::text_or(data, "platform", "");
    if (platform != platform_ || shown_.empty()) {
        if (!shown_.empty())
            call_.out("\n\n");
        call_.out(call_.paint()(print::Colour::bold, platform) + "\n");
        platform_ = platform;
    }
    const auto piece = json::text_or(data, "text", "");
    shown_[platform] += piece;
    call_.out(print::harmless(piece));
    call_.terminal().flush();
}

void GenerateStream::on_event(std::string_view name, const Json& data) {
    if (name == "text")
        on_text(data);
    else if (name == "stage")
        progress_.show(json::text_or(data, "stage", "") + " …");
    else if (name == "error" || name == "problem")
        problem_ = {static_cast<int>(json::integer_or(data, "status", 500)), {}, json::dump(data)};
    else if (name == "done" || name == "result" || name == "content")
        result_ = data;
}

Json GenerateStream::run(const Json& body) {
    progress_.show("writing …");
    Ask ask{"POST", "content/generate", {{"stream", "1"}}, json::dump(body)};
    ask.on_event = [this](std::string_view name, const Json& data) { on_event(name, data); };
    const auto answer = call_.send(std::move(ask));
    progress_.erase();
    if (!shown_.empty())
        call_.out("\n");
    if (problem_.status >= 400)
        throw_problem(problem_);
    // A server that does not stream this request answers with the whole.
    if (result_.is_null() && !answer.body.empty())
        result_ = json::try_parse(answer.body).value_or(Json());
    if (!result_.is_object())
        throw Error(
            Code::unavailable,
            "The answer ended before it was complete",
            "see `caas content list` before you try again");
    return result_;
}

bool GenerateStream::has_shown_all(const Json& made) const {
    const auto* inside = json::find(made, "version");
    const auto& version = inside == nullptr ? made : *inside;
    if (json::find(version, "parts") == nullptr || shown_.empty())
        return false;
    for (const auto& [platform, shown] : shown_) {
        std::string all;
        for (const auto& text : texts_for(version, platform))
            all += text;
        if (all != shown)
            return false;
    }
    const auto overrides = version.value("overrides", Json::object());
    for (const auto& [platform, own] : overrides.items()) {
        if (shown_.find(platform) == shown_.end())
            return false;
    }
    return true;
}

}  // namespace caas::cli::command

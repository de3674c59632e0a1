#include "cli/command/attach.h"

#include <filesystem>

#include <nlohmann/json.hpp>

#include "cli/print/progress.h"
#include "cli/upload.h"
#include "core/base/error.h"

namespace caas::cli::command {
namespace {

// Part of an id and not a file.
bool is_id(const std::string& given) {
    std::error_code ignored;
    return given.size() >= 4 && given.find_first_not_of("0123456789abcdef-") == std::string::npos &&
           !std::filesystem::exists(given, ignored);
}

std::string percent(std::int64_t part, std::int64_t whole) {
    return std::to_string(whole == 0 ? 100 : part * 100 / whole) + " %";
}

}  // namespace

Answer add_file(
    Call& call,
    const std::string& file,
    const std::optional<std::string>& alt,
    const std::optional<std::string>& name) {
    print::Progress progress(call);
    const auto base = std::filesystem::path(file).filename().string();
    std::int64_t shown = -1;
    auto ask = upload_ask({file, alt, name}, [&](std::int64_t sent, std::int64_t all) {
        const auto percents = all == 0 ? 100 : sent * 100 / all;
        if (percents == shown)
            return;
        shown = percents;
        progress.show("adding " + base + " " + percent(sent, all));
    });
    auto answer = call.send(std::move(ask));
    progress.erase();
    return answer;
}

std::vector<std::string> attached(Call& call) {
    const auto files = call.raw("media");
    const auto alts = call.raw("alt");
    if (alts.size() > files.size())
        throw Error(
            Code::usage,
            "There are more --alt than --media",
            "give each --media one --alt, in the same order");
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < files.size(); ++i) {
        std::optional<std::string> alt;
        if (i < alts.size())
            alt = alts[i];
        if (!is_id(files[i])) {
            ids.push_back(json::text_or(body_of(add_file(call, files[i], alt)), "id", ""));
            continue;
        }
        if (alt)
            call.send(
                {"PATCH",
                 "media/" + net::percent_encode(files[i]),
                 {},
                 json::dump({{"alt", *alt}})});
        ids.push_back(files[i]);
    }
    return ids;
}

void attach(Json& parts, const std::vector<std::string>& media) {
    if (!media.empty() && !parts.empty())
        parts[0]["media"] = media;
}

}  // namespace caas::cli::command
